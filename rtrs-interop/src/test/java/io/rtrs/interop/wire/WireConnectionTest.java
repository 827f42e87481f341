package io.rtrs.interop.wire;

import static io.rtrs.interop.wire.Ends.activeAddress;
import static io.rtrs.interop.wire.Ends.passiveAddress;

import io.rtrs.interop.wire.Ends.Active;
import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections between software RoCE and the kernel's device that do not come about, or end badly. */
@Tag("vm")
@ExtendWith(KeepPackets.class)
class WireConnectionTest {
    private static Ends ends;

    @BeforeAll
    static void start() throws Exception {
        ends = new Ends();
        Wire.trouble(Trouble.NONE);
    }

    @AfterAll
    static void stop() throws Exception {
        ends.end();
    }

    // spec/rocev2.md 18: 72, 73
    @ParameterizedTest(name = "{0} connects over {1}")
    @CsvSource({"KERNEL,IPV4", "SOFTROCE,IPV4", "KERNEL,IPV6", "SOFTROCE,IPV6"})
    void aRejectArrivesWithItsPrivateData(Active active, Family family) throws Exception {
        ends.both(
                active,
                family,
                new Object[] {"ask-in-vain", activeAddress(active, family), passiveAddress(active, family), Ends.PORT},
                new Object[] {"reject"});
    }

    // spec/rocev2.md 18: 71
    @ParameterizedTest(name = "{0} connects")
    @EnumSource
    void whereNobodyListensTheReasonIsEight(Active active) throws Exception {
        // The passive end listens to another port, so that its UDP port is open.
        ends.passive(active).run("listen", passiveAddress(active, Family.IPV4), Ends.PORT);
        ends.active(active)
                .run(
                        "ask-nobody",
                        activeAddress(active, Family.IPV4),
                        passiveAddress(active, Family.IPV4),
                        Ends.PORT + 1);
        ends.passive(active).run("unlisten");
    }

    // spec/rocev2.md 18: 27, 44, 50, 55
    @ParameterizedTest(name = "{0} connects")
    @EnumSource
    void whoHasNoReceiveIsWaitedForAndAWrongKeyEndsTheConnection(Active active) throws Exception {
        ends.both(
                active,
                Family.IPV4,
                new Object[] {
                    "trespass", activeAddress(active, Family.IPV4), passiveAddress(active, Family.IPV4), Ends.PORT
                },
                new Object[] {"guard"});
    }
}
