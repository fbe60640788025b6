package io.amqp10.benchmarks;

import java.util.Map;

/**
 * The figures of one subject in one case.
 *
 * @param area the part, such as {@code sink}
 * @param task the case, such as {@code receive}
 * @param subject who was measured
 * @param figures by name, in the order of the table's columns
 */
record Result(String area, String task, String subject, Map<String, Figure> figures) {}
