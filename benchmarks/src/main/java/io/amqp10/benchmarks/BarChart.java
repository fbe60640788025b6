package io.amqp10.benchmarks;

import io.amqp10.benchmarks.client.ClientKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A chart of bars in groups as SVG: a group for each task, a bar for each subject, a line from the least to the most. */
final class BarChart {

    private static final int WIDTH = 900;
    private static final int LABELS = 260;
    private static final int VALUES = 90;
    private static final int BAR = 16;
    private static final int GAP = 14;
    private static final int HEAD = 44;
    private static final String OUR_NAME = "amqp10";
    private static final String OURS = "#1d6fb8";
    private static final String OTHERS = "#b9c0c8";

    private BarChart() {}

    /** Returns the chart of one figure in those results that have it; longer bars are cut off at the greatest median. */
    static String of(String title, String figure, List<Result> results) {
        Map<String, List<Result>> groups = new LinkedHashMap<>();
        for (Result result : results) {
            if (result.figures().containsKey(figure)) {
                groups.computeIfAbsent(result.task(), key -> new ArrayList<>()).add(result);
            }
        }
        StringBuilder body = new StringBuilder();
        int y = HEAD;
        for (Map.Entry<String, List<Result>> group : groups.entrySet()) {
            y = group(body, y, group.getKey(), figure, group.getValue());
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + y
                + "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
                + text(10, 22, "16", "start", title + ": " + figure) + body + "</svg>\n";
    }

    private static int group(StringBuilder body, int start, String task, String figure, List<Result> results) {
        double most = results.stream()
                .mapToDouble(result -> figure(result, figure).median())
                .max()
                .orElse(1);
        double scale = (WIDTH - LABELS - VALUES) / Math.max(most, Double.MIN_NORMAL);
        // Where ours is not beside others, all are ours but the raw sockets beside them.
        boolean alone = results.stream().noneMatch(result -> result.subject().startsWith(OUR_NAME));
        int y = start + BAR;
        body.append(text(10, y - 3, "13", "start", task));
        for (Result result : results) {
            Figure values = figure(result, figure);
            boolean ours = alone
                    ? !result.subject().endsWith(ClientKind.RAW.title())
                    : result.subject().startsWith(OUR_NAME);
            double width = values.median() * scale;
            body.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                    LABELS,
                    y + 2,
                    Math.max(width, 1),
                    BAR - 4,
                    ours ? OURS : OTHERS));
            body.append(String.format(
                    Locale.ROOT,
                    "<path d=\"M%.1f %d H%.1f\" stroke=\"#444444\"/>%n",
                    LABELS + values.min() * scale,
                    y + BAR / 2,
                    LABELS + Math.min(values.max(), most) * scale));
            body.append(text(LABELS - 8, y + BAR - 4, "12", "end", result.subject()));
            body.append(text(
                    (int) (LABELS + Math.max(width, Math.min(values.max(), most) * scale) + 6),
                    y + BAR - 4,
                    "12",
                    "start",
                    Figure.number(values.median())));
            y += BAR;
        }
        return y + GAP;
    }

    private static Figure figure(Result result, String name) {
        Figure figure = result.figures().get(name);
        if (figure == null) {
            throw new IllegalArgumentException("no " + name + " of " + result.subject());
        }
        return figure;
    }

    private static String text(int x, int y, String size, String anchor, String text) {
        return "<text x=\"" + x + "\" y=\"" + y + "\" font-size=\"" + size + "\" text-anchor=\"" + anchor + "\">"
                + text.replace("&", "&amp;").replace("<", "&lt;") + "</text>\n";
    }
}
