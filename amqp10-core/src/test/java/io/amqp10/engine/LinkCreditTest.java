package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.types.UnsignedInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LinkCreditTest {

    // L11
    @Test
    void senderCountsCreditFromWhatTheReceiverKnew() {
        SenderCredit credit = new SenderCredit(0xffff_ffffL);
        credit.grant(0xffff_ffffL, 10);
        credit.deliveryStarted();
        credit.deliveryStarted();

        credit.grant(0, 10);

        assertThat(credit.count()).isEqualTo(1);
        assertThat(credit.credit()).isEqualTo(9);
    }

    // L11
    @Test
    void senderCountsFromItsFirstDeliveryCountIfTheReceiverKnowsNone() {
        SenderCredit credit = new SenderCredit(7);
        credit.grant(UnsignedInteger.ABSENT, 3);
        credit.deliveryStarted();

        credit.grant(UnsignedInteger.ABSENT, 3);

        assertThat(credit.credit()).isEqualTo(2);
    }

    // L11
    @Test
    void senderStopsWhenCreditIsTakenBack() {
        SenderCredit credit = new SenderCredit(0);
        credit.grant(0, 10);
        for (int i = 0; i < 6; i++) {
            credit.deliveryStarted();
        }

        credit.grant(0, 3);

        assertThat(credit.credit()).isZero();
    }

    // hostile row 42
    @Test
    void senderTakesACountAheadOfItsOwnForItsOwn() {
        SenderCredit credit = new SenderCredit(0xffff_fffeL);
        credit.grant(3, 10);
        assertThat(credit.credit()).isEqualTo(10);
        for (int i = 0; i < 3; i++) {
            credit.deliveryStarted();
        }
        assertThat(credit.count()).isEqualTo(1);

        credit.grant(0xffff_ffffL, 10);
        assertThat(credit.credit()).as("two are under way").isEqualTo(8);
        credit.grant(0x8000_0000L, 10);
        assertThat(credit.credit()).isEqualTo(10);
        credit.grant(2, UnsignedInteger.MAX);
        assertThat(credit.credit()).isEqualTo(UnsignedInteger.MAX);
    }

    // hostile row 42
    @Test
    void senderTakesTheLargestCreditAndGivesItBack() {
        SenderCredit credit = new SenderCredit(5);
        credit.grant(5, UnsignedInteger.MAX);
        assertThat(credit.credit()).isEqualTo(UnsignedInteger.MAX);

        credit.drain();

        assertThat(credit.credit()).isZero();
        assertThat(credit.count()).isEqualTo(4);
    }

    @Test
    void receiverRefusesADeliveryBeyondWhatItAnnounced() {
        ReceiverCredit credit = new ReceiverCredit();
        credit.attach(0xffff_ffffL);
        credit.add(2);
        assertThat(credit.deliveryStarted()).as("not announced yet").isFalse();
        credit.announce();

        assertThat(credit.deliveryStarted()).isTrue();
        assertThat(credit.deliveryStarted()).isTrue();
        assertThat(credit.deliveryStarted()).isFalse();
        assertThat(credit.count()).isEqualTo(1);
    }

    // L12
    @Test
    void receiverTakesWhatWasInFlightWhenItLoweredTheCredit() {
        ReceiverCredit credit = new ReceiverCredit();
        credit.attach(0);
        credit.add(3);
        credit.announce();
        credit.set(0);
        credit.announce();

        assertThat(credit.deliveryStarted()).isTrue();
        assertThat(credit.deliveryStarted()).isTrue();
        assertThat(credit.deliveryStarted()).isTrue();
        assertThat(credit.deliveryStarted()).isFalse();
        assertThat(credit.credit()).isZero();
    }

    // hostile row 43
    @Test
    void receiverRefusesACountThatGoesBackOrTooFar() {
        ReceiverCredit credit = new ReceiverCredit();
        credit.attach(10);
        credit.add(5);
        credit.announce();
        assertThat(credit.update(12)).isTrue();
        assertThat(credit.credit()).isEqualTo(3);

        assertThat(credit.update(11)).isFalse();
        assertThat(credit.update(16)).isFalse();
        assertThat(credit.update(15)).isTrue();
        assertThat(credit.isExhausted()).isTrue();
    }

    @Test
    void receiverAddsNoMoreThanAnIntHolds() {
        ReceiverCredit credit = new ReceiverCredit();
        credit.attach(0);
        credit.add(Integer.MAX_VALUE);
        credit.add(Integer.MAX_VALUE);
        assertThat(credit.announce()).isEqualTo(Integer.MAX_VALUE);
        assertThat(credit.deliveryStarted()).isTrue();
    }

    @Property(tries = 200)
    void neitherEndGoesBelowZeroAndBothAgree(
            @ForAll @Size(max = 200) int[] steps,
            @ForAll int initialCount,
            @ForAll @IntRange(min = 1, max = 9) int most) {
        long initial = Integer.toUnsignedLong(initialCount);
        SenderCredit sender = new SenderCredit(initial);
        ReceiverCredit receiver = new ReceiverCredit();
        receiver.attach(initial);
        for (int step : steps) {
            int amount = Math.floorMod(step >> 3, most);
            switch (step & 7) {
                case 0, 1 -> receiver.add(amount);
                case 2 -> receiver.set(amount);
                case 3, 4 -> sender.grant(receiver.count(), receiver.announce());
                case 5 -> {
                    sender.drain();
                    assertThat(receiver.update(sender.count())).isTrue();
                }
                default -> {
                    if (sender.credit() > 0) {
                        sender.deliveryStarted();
                        assertThat(receiver.deliveryStarted()).isTrue();
                    }
                }
            }
            assertThat(sender.credit()).isNotNegative();
            assertThat(receiver.credit()).isNotNegative();
            assertThat(sender.count()).isEqualTo(receiver.count());
        }
    }
}
