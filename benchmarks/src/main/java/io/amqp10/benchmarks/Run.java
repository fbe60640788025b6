package io.amqp10.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * What a run brought so far.
 *
 * @param facts where and how it was measured
 * @param results the figures
 * @param notes what failed, was left out or is missing, one line each
 */
record Run(Map<String, String> facts, List<Result> results, List<String> notes) {}
