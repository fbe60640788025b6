package io.amqp10.types.messaging;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The immutable properties of a message.
 *
 * @param messageId the message's id: an {@code UnsignedLong}, a {@code UUID}, a {@code Binary} or a {@code String}
 * @param userId the user who made the message
 * @param to the address of the node that the message is for
 * @param subject what the message is about
 * @param replyTo the address for replies
 * @param correlationId the id of a related message, of the same types as {@code messageId}
 * @param contentType the MIME type of a body of data
 * @param contentEncoding the encoding of a body of data
 * @param absoluteExpiryTime when the message expires
 * @param creationTime when the message was made
 * @param groupId the group that the message belongs to
 * @param groupSequence the position in its group, a {@code uint}, or {@link UnsignedInteger#ABSENT}
 * @param replyToGroupId the group for replies
 * @see "AMQP 1.0 §3.2.4"
 */
public record Properties(
        @Nullable Object messageId,
        @Nullable Binary userId,
        @Nullable String to,
        @Nullable String subject,
        @Nullable String replyTo,
        @Nullable Object correlationId,
        @Nullable Symbol contentType,
        @Nullable Symbol contentEncoding,
        @Nullable Instant absoluteExpiryTime,
        @Nullable Instant creationTime,
        @Nullable String groupId,
        long groupSequence,
        @Nullable String replyToGroupId)
        implements Section {

    /**
     * Starts a value with every optional field absent or at its default.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a value with every field as it is here.
     *
     * @return a builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.messageId = messageId;
        builder.userId = userId;
        builder.to = to;
        builder.subject = subject;
        builder.replyTo = replyTo;
        builder.correlationId = correlationId;
        builder.contentType = contentType;
        builder.contentEncoding = contentEncoding;
        builder.absoluteExpiryTime = absoluteExpiryTime;
        builder.creationTime = creationTime;
        builder.groupId = groupId;
        builder.groupSequence = groupSequence;
        builder.replyToGroupId = replyToGroupId;
        return builder;
    }

    /** Collects the fields of a {@link Properties}. */
    public static final class Builder {
        private @Nullable Object messageId;
        private @Nullable Binary userId;
        private @Nullable String to;
        private @Nullable String subject;
        private @Nullable String replyTo;
        private @Nullable Object correlationId;
        private @Nullable Symbol contentType;
        private @Nullable Symbol contentEncoding;
        private @Nullable Instant absoluteExpiryTime;
        private @Nullable Instant creationTime;
        private @Nullable String groupId;
        private long groupSequence = UnsignedInteger.ABSENT;
        private @Nullable String replyToGroupId;

        private Builder() {}

        /**
         * Sets the message's id: an {@code UnsignedLong}, a {@code UUID}, a {@code Binary} or a {@code String}.
         *
         * @param value the value
         * @return this
         */
        public Builder messageId(@Nullable Object value) {
            messageId = value;
            return this;
        }

        /**
         * Sets the user who made the message.
         *
         * @param value the value
         * @return this
         */
        public Builder userId(@Nullable Binary value) {
            userId = value;
            return this;
        }

        /**
         * Sets the address of the node that the message is for.
         *
         * @param value the value
         * @return this
         */
        public Builder to(@Nullable String value) {
            to = value;
            return this;
        }

        /**
         * Sets what the message is about.
         *
         * @param value the value
         * @return this
         */
        public Builder subject(@Nullable String value) {
            subject = value;
            return this;
        }

        /**
         * Sets the address for replies.
         *
         * @param value the value
         * @return this
         */
        public Builder replyTo(@Nullable String value) {
            replyTo = value;
            return this;
        }

        /**
         * Sets the id of a related message, of the same types as {@code messageId}.
         *
         * @param value the value
         * @return this
         */
        public Builder correlationId(@Nullable Object value) {
            correlationId = value;
            return this;
        }

        /**
         * Sets the MIME type of a body of data.
         *
         * @param value the value
         * @return this
         */
        public Builder contentType(@Nullable Symbol value) {
            contentType = value;
            return this;
        }

        /**
         * Sets the encoding of a body of data.
         *
         * @param value the value
         * @return this
         */
        public Builder contentEncoding(@Nullable Symbol value) {
            contentEncoding = value;
            return this;
        }

        /**
         * Sets when the message expires.
         *
         * @param value the value
         * @return this
         */
        public Builder absoluteExpiryTime(@Nullable Instant value) {
            absoluteExpiryTime = value;
            return this;
        }

        /**
         * Sets when the message was made.
         *
         * @param value the value
         * @return this
         */
        public Builder creationTime(@Nullable Instant value) {
            creationTime = value;
            return this;
        }

        /**
         * Sets the group that the message belongs to.
         *
         * @param value the value
         * @return this
         */
        public Builder groupId(@Nullable String value) {
            groupId = value;
            return this;
        }

        /**
         * Sets the position in its group, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
         *
         * @param value the value
         * @return this
         */
        public Builder groupSequence(long value) {
            groupSequence = value;
            return this;
        }

        /**
         * Sets the group for replies.
         *
         * @param value the value
         * @return this
         */
        public Builder replyToGroupId(@Nullable String value) {
            replyToGroupId = value;
            return this;
        }

        /**
         * Makes the value.
         *
         * @return the value
         */
        public Properties build() {
            return new Properties(
                    messageId,
                    userId,
                    to,
                    subject,
                    replyTo,
                    correlationId,
                    contentType,
                    contentEncoding,
                    absoluteExpiryTime,
                    creationTime,
                    groupId,
                    groupSequence,
                    replyToGroupId);
        }
    }
}
