package io.amqp10.sample;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages, by server-sent events, what happens: first {@code orders} with all there are, then {@code order} for
 * each change.
 */
@RestController
final class LiveUpdates implements DisposableBean {

    private static final long FOR_EVER = 0;

    private final OrderBook book;
    private final List<SseEmitter> pages = new CopyOnWriteArrayList<>();
    // one thread: a page sees changes in their order, and no worker waits for a page
    private final ExecutorService sender = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "live-updates");
        thread.setDaemon(true);
        return thread;
    });

    LiveUpdates(OrderBook book) {
        this.book = book;
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter subscribe() {
        SseEmitter page = new SseEmitter(FOR_EVER);
        page.onCompletion(() -> pages.remove(page));
        sender.execute(() -> {
            pages.add(page);
            send(page, "orders", book.all());
        });
        return page;
    }

    @EventListener
    void onChange(TrackedOrder changed) {
        if (pages.isEmpty()) {
            return;
        }
        sender.execute(() -> {
            // the newest state: the page may already have it from the list of all orders, and must not go back
            TrackedOrder newest = book.find(changed.id());
            pages.forEach(page -> send(page, "order", newest == null ? changed : newest));
        });
    }

    /** Lets go of open pages; else the web server would wait for them before it stops. */
    @EventListener
    void onClose(ContextClosedEvent closed) {
        sender.execute(() -> pages.forEach(SseEmitter::complete));
    }

    @Override
    public void destroy() {
        sender.shutdown();
    }

    private void send(SseEmitter page, String name, Object data) {
        try {
            page.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
        } catch (IOException | IllegalStateException gone) {
            // the page was closed, which is how these end
            pages.remove(page);
        }
    }
}
