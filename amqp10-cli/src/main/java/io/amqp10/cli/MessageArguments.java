package io.amqp10.cli;

import io.amqp10.Message;
import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Every field of header and properties, annotations, and the application's own properties. */
final class MessageArguments {

    @Option(names = "--durable", description = "The message must survive a restart of the broker.")
    private boolean durable;

    @Option(names = "--priority", paramLabel = "0..255", description = "Default: 4.")
    private @Nullable Integer priority;

    @Option(names = "--ttl", paramLabel = "TIME", description = "Time to live, such as 500ms or 1h.")
    private @Nullable Duration ttl;

    @Option(names = "--first-acquirer", description = "Nobody else has acquired the message before.")
    private boolean firstAcquirer;

    @Option(names = "--delivery-count", paramLabel = "N", description = "How many deliveries failed before.")
    private @Nullable Long deliveryCount;

    @Option(
            names = "--message-id",
            paramLabel = "[TYPE:]ID",
            description = "A string; or of type ulong, uuid or binary (base64), such as ulong:5.")
    private @Nullable String messageId;

    @Option(names = "--user-id", paramLabel = "TEXT", description = "Who made the message.")
    private @Nullable String userId;

    @Option(names = "--to", paramLabel = "ADDRESS", description = "The node that the message is for.")
    private @Nullable String to;

    @Option(names = "--subject", paramLabel = "TEXT", description = "What it is about.")
    private @Nullable String subject;

    @Option(names = "--reply-to", paramLabel = "ADDRESS", description = "Where replies go to.")
    private @Nullable String replyTo;

    @Option(names = "--correlation-id", paramLabel = "[TYPE:]ID", description = "The id of a related message.")
    private @Nullable String correlationId;

    @Option(names = "--content-type", paramLabel = "MIME", description = "Of a body of data.")
    private @Nullable String contentType;

    @Option(names = "--content-encoding", paramLabel = "NAME", description = "Of a body of data, such as gzip.")
    private @Nullable String contentEncoding;

    @Option(
            names = "--absolute-expiry-time",
            paramLabel = "TIME",
            description = "When it expires, such as 2026-01-31T12:00:00Z, or milliseconds since 1970.")
    private @Nullable String absoluteExpiryTime;

    @Option(names = "--creation-time", paramLabel = "TIME", description = "When it was made.")
    private @Nullable String creationTime;

    @Option(names = "--group-id", paramLabel = "TEXT", description = "The group that it belongs to.")
    private @Nullable String groupId;

    @Option(names = "--group-sequence", paramLabel = "N", description = "Its place in the group.")
    private @Nullable Long groupSequence;

    @Option(names = "--reply-to-group-id", paramLabel = "TEXT", description = "The group for replies.")
    private @Nullable String replyToGroupId;

    @Option(
            names = {"-p", "--property"},
            paramLabel = "NAME[:TYPE]=VALUE",
            description = "One of the application's own properties, a string unless a simple type is named, such as "
                    + "retries:int=3. Can be repeated.")
    private List<TypedName> properties = List.of();

    @Option(
            names = "--annotation",
            paramLabel = "NAME[:TYPE]=VALUE",
            description = "A message annotation, such as x-opt-delivery-time:long=1800000000000. Can be repeated.")
    private List<TypedName> annotations = List.of();

    @Option(
            names = "--delivery-annotation",
            paramLabel = "NAME[:TYPE]=VALUE",
            description = "An annotation for the next hop only. Can be repeated.")
    private List<TypedName> deliveryAnnotations = List.of();

    @Option(names = "--footer", paramLabel = "NAME[:TYPE]=VALUE", description = "A footer. Can be repeated.")
    private List<TypedName> footers = List.of();

    @Nullable
    String replyTo() {
        return replyTo;
    }

    /** Sets what is given, and leaves the rest of a message as it is. */
    void apply(Message.Builder message) {
        applyHeader(message);
        applyProperties(message);
        properties.forEach(p -> message.property(p.name(), p.value()));
        annotations.forEach(a -> message.annotation(a.name(), a.value()));
        deliveryAnnotations.forEach(a -> message.deliveryAnnotation(a.name(), a.value()));
        footers.forEach(f -> message.footer(f.name(), f.value()));
    }

    private void applyHeader(Message.Builder message) {
        if (durable) {
            message.durable(true);
        }
        if (priority != null) {
            message.priority(priority);
        }
        if (ttl != null) {
            message.timeToLive(ttl);
        }
        if (firstAcquirer) {
            message.firstAcquirer(true);
        }
        if (deliveryCount != null) {
            message.deliveryCount(deliveryCount);
        }
    }

    private void applyProperties(Message.Builder message) {
        if (messageId != null) {
            message.messageId(id(messageId));
        }
        if (userId != null) {
            message.userId(Binary.wrap(userId.getBytes(StandardCharsets.UTF_8)));
        }
        if (to != null) {
            message.to(to);
        }
        if (subject != null) {
            message.subject(subject);
        }
        if (replyTo != null) {
            message.replyTo(replyTo);
        }
        if (correlationId != null) {
            message.correlationId(id(correlationId));
        }
        if (contentType != null) {
            message.contentType(contentType);
        }
        if (contentEncoding != null) {
            message.contentEncoding(contentEncoding);
        }
        if (absoluteExpiryTime != null) {
            message.absoluteExpiryTime(Literals.parseTimestamp(absoluteExpiryTime));
        }
        if (creationTime != null) {
            message.creationTime(Literals.parseTimestamp(creationTime));
        }
        if (groupId != null) {
            message.groupId(groupId);
        }
        if (groupSequence != null) {
            message.groupSequence(groupSequence);
        }
        if (replyToGroupId != null) {
            message.replyToGroupId(replyToGroupId);
        }
    }

    /** Reads an id: what stands before the first colon is its type if it is one that an id may have. */
    static @Nullable Object id(String text) {
        int colon = text.indexOf(':');
        String type = colon < 0 ? "" : text.substring(0, colon);
        return switch (type) {
            case "ulong", "uuid", "binary", "string" -> Literals.parse(type, text.substring(colon + 1));
            default -> text;
        };
    }
}
