package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.management.QueueDeclaration;
import io.amqp10.management.RabbitMqAddress;
import io.amqp10.management.RabbitMqManagement;
import io.amqp10.testkit.RabbitMq;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The filters of the filter extension, which RabbitMQ applies to streams: those of properties since version 4.1, SQL since
 * 4.2 and only by the name {@code sql-filter}.
 */
@Timeout(600)
final class RabbitMqFiltersIT {

    private static final String STREAM = "amqp10-stream-" + UUID.randomUUID();

    /** Passes each of the filters that follow, so that all that passes has come when it comes. */
    private static final String LAST = "reddish";

    private static final List<String> COLOURS = List.of("green", "red", "dark red", "blue", LAST);

    private static RabbitMq broker;
    private static Container container;
    private static Connection connection;
    private static RabbitMqManagement management;

    @BeforeAll
    static void fillStream() {
        broker = RabbitMq.require();
        container = Container.create("rabbitmq-filters");
        connection = container.connect(broker.uri()).awaitOpen();
        management = RabbitMqManagement.open(connection);
        management.declareQueue(QueueDeclaration.of(STREAM).type(QueueDeclaration.Type.STREAM));
        try (Sender sender = connection.openSender(RabbitMqAddress.queue(STREAM))) {
            for (String colour : COLOURS) {
                sender.send(Message.builder()
                                .subject(colour)
                                .correlationId(colour.contains("red") ? "warm" : "cold")
                                .property("colour", colour)
                                .property("length", colour.length())
                                .body(colour)
                                .build())
                        .await()
                        .orThrow();
            }
        }
    }

    @AfterAll
    static void deleteStream() {
        if (container != null) {
            management.deleteQueue(STREAM);
            management.close();
            container.close();
        }
    }

    private static Receiver receiver(Map<Symbol, ? extends @Nullable Object> filters) {
        Map<Symbol, @Nullable Object> all = new LinkedHashMap<>(filters);
        Symbol offset = Symbol.of("rabbitmq:stream-offset-spec");
        all.put(offset, new Described(offset, "first"));
        return connection
                .openReceiver(ReceiverOptions.of(RabbitMqAddress.queue(STREAM)).filters(all))
                .awaitOpen();
    }

    private static List<Object> passing(Map<Symbol, ? extends @Nullable Object> filters) {
        List<Object> bodies = new ArrayList<>();
        try (Receiver receiver = receiver(filters).awaitOpen()) {
            while (!bodies.contains(LAST)) {
                Delivery delivery = MessageExchange.next(receiver);
                bodies.add(String.valueOf(delivery.message().body()));
                delivery.accept();
            }
        }
        return bodies;
    }

    private static Map<Symbol, Described> filter(Object descriptor, Object value) {
        return Map.of(Symbol.of("any-name"), new Described(descriptor, value));
    }

    private static Map<Symbol, Described> sql(String expression) {
        return Map.of(Symbol.of("sql-filter"), new Described(Symbol.of("amqp:sql-filter"), expression));
    }

    @Test
    void withoutAFilterAllMessagesOfTheStreamCome() {
        assertThat(passing(Map.of())).isEqualTo(COLOURS);
    }

    @Test
    void sqlFilterLetsThroughWhatFits() {
        broker.requireMinor(2, "SQL filters");

        assertThat(passing(sql("colour LIKE 'red%'"))).containsExactly("red", LAST);
        assertThat(passing(sql("properties.subject = 'green' OR length > 6 AND colour <> 'dark red'")))
                .containsExactly("green", LAST);
        assertThat(passing(sql("properties.correlation_id = 'warm'"))).containsExactly("red", "dark red", LAST);
    }

    @Test
    void sqlThatIsWrongFailsTheReceiverInsteadOfLettingAllThrough() {
        assertThatThrownBy(() -> receiver(sql("this is no (SQL")).awaitOpen())
                .isInstanceOf(GuaranteeNotSupportedException.class)
                .hasMessageContaining("the filter 'sql-filter'");
    }

    @Test
    void sqlByAnotherNameFailsTheReceiverInsteadOfLettingAllThrough() {
        assertThatThrownBy(() -> receiver(filter(Symbol.of("amqp:sql-filter"), "colour = 'red'"))
                        .awaitOpen())
                .isInstanceOf(GuaranteeNotSupportedException.class)
                .hasMessageContaining("the filter 'any-name'");
    }

    @Test
    void propertiesFilterLetsThroughWhatIsEqualOrBeginsOrEndsSo() {
        broker.requireMinor(1, "property filters");
        Symbol kind = Symbol.of("amqp:properties-filter");

        assertThat(passing(filter(kind, Map.of(Symbol.of("correlation-id"), "warm"))))
                .containsExactly("red", "dark red", LAST);
        assertThat(passing(filter(UnsignedLong.of(0x173), Map.of(Symbol.of("subject"), "&p:red"))))
                .containsExactly("red", LAST);
        assertThat(passing(filter(kind, Map.of(Symbol.of("subject"), "&s:sh")))).containsExactly(LAST);
    }

    @Test
    void applicationPropertiesFilterLetsThroughWhatFits() {
        broker.requireMinor(1, "property filters");
        Symbol kind = Symbol.of("amqp:application-properties-filter");

        assertThat(passing(filter(kind, Map.of("length", LAST.length())))).containsExactly(LAST);
        assertThat(passing(filter(UnsignedLong.of(0x174), Map.of("colour", "&p:red"))))
                .containsExactly("red", LAST);
    }

    @Test
    void twoFiltersLetThroughWhatFitsBoth() {
        broker.requireMinor(1, "property filters");

        assertThat(passing(Map.of(
                        Symbol.of("one"),
                        new Described(Symbol.of("amqp:properties-filter"), Map.of(Symbol.of("correlation-id"), "warm")),
                        Symbol.of("other"),
                        new Described(Symbol.of("amqp:application-properties-filter"), Map.of("colour", "&p:red")))))
                .containsExactly("red", LAST);
    }
}
