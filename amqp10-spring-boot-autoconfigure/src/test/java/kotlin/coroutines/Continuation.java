package kotlin.coroutines;

import org.jspecify.annotations.NullMarked;

/** Stands in for Kotlin's, which is known by its name only. */
@NullMarked
public interface Continuation<T> {}
