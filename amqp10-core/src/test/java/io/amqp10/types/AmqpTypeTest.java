package io.amqp10.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.types.messaging.Accepted;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AmqpTypeTest {

    @Test
    void eachJavaClassStandsForItsType() {
        assertThat(AmqpType.of(null)).isEqualTo(AmqpType.NULL);
        assertThat(AmqpType.of(true)).isEqualTo(AmqpType.BOOLEAN);
        assertThat(AmqpType.of((byte) 1)).isEqualTo(AmqpType.BYTE);
        assertThat(AmqpType.of((short) 1)).isEqualTo(AmqpType.SHORT);
        assertThat(AmqpType.of(1)).isEqualTo(AmqpType.INT);
        assertThat(AmqpType.of(1L)).isEqualTo(AmqpType.LONG);
        assertThat(AmqpType.of(1f)).isEqualTo(AmqpType.FLOAT);
        assertThat(AmqpType.of(1d)).isEqualTo(AmqpType.DOUBLE);
        assertThat(AmqpType.of(new UnsignedLong(1))).isEqualTo(AmqpType.ULONG);
        assertThat(AmqpType.of(new CodePoint('a'))).isEqualTo(AmqpType.CHAR);
        assertThat(AmqpType.of(Instant.EPOCH)).isEqualTo(AmqpType.TIMESTAMP);
        assertThat(AmqpType.of(new UUID(1, 2))).isEqualTo(AmqpType.UUID);
        assertThat(AmqpType.of(Binary.copyOf())).isEqualTo(AmqpType.BINARY);
        assertThat(AmqpType.of("text")).isEqualTo(AmqpType.STRING);
        assertThat(AmqpType.of(Symbol.of("name"))).isEqualTo(AmqpType.SYMBOL);
        assertThat(AmqpType.of(AmqpArray.from(new int[] {1}))).isEqualTo(AmqpType.ARRAY);
        assertThat(AmqpType.of(new Described("d", "v"))).isEqualTo(AmqpType.DESCRIBED);
    }

    @Test
    void anyListIsAListAndAnyMapAMap() {
        for (Class<?> list :
                List.of(List.class, ArrayList.class, LinkedList.class, List.of().getClass())) {
            assertThat(AmqpType.ofClass(list)).as(list.getName()).isEqualTo(AmqpType.LIST);
        }
        for (Class<?> map :
                List.of(Map.class, LinkedHashMap.class, TreeMap.class, Map.of().getClass())) {
            assertThat(AmqpType.ofClass(map)).as(map.getName()).isEqualTo(AmqpType.MAP);
        }
    }

    @Test
    void otherClassesStandForNone() {
        for (Object other : new Object[] {new Object(), new byte[0], ByteBuffer.allocate(0), 'a', Accepted.INSTANCE}) {
            assertThat(AmqpType.of(other)).as(other.getClass().getName()).isNull();
        }
    }
}
