package io.amqp10.engine;

/**
 * A frame would be larger than the peer takes, and was not written. Thrown by the output of a {@link ConnectionEngine},
 * which sees to it; it does not come out of the engine.
 *
 * @see "AMQP 1.0 §2.7.1"
 */
public final class FrameTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param size the octets that the frame would have had
     * @param maxFrameSize the octets that the peer takes
     */
    public FrameTooLargeException(long size, long maxFrameSize) {
        super(
                "a frame of " + size + " octets is larger than the " + maxFrameSize + " that the peer takes",
                null,
                false,
                false);
    }
}
