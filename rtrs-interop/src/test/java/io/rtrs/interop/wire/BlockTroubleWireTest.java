package io.rtrs.interop.wire;

import static io.rtrs.interop.wire.BlockScene.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.interop.wire.Ends.Active;
import io.rtrs.interop.wire.Wire.Family;
import io.rtrs.interop.wire.Wire.Trouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RTRS between software RoCE, which does all binding of windows, and the kernel's device, over a wire that makes trouble. */
@Tag("vm")
@ExtendWith(KeepPackets.class)
class BlockTroubleWireTest {
    /** A packet that is lost where none follows costs two seconds and more. */
    private static final int DEEP = 512 << 10;

    @ParameterizedTest(name = "client on {0}")
    @EnumSource
    void noBlockIsLostOrMixed(Active client) throws Exception {
        boolean serverBinds = client == Active.KERNEL;
        Ends ends = new Ends();
        try {
            Wire.trouble(Trouble.ALL);
            ends.passive(client).run("serve-blocks", Ends.passiveAddress(client, Family.IPV4), PORT, serverBinds);
            String expected = ends.active(client)
                    .run(
                            "use-blocks",
                            Ends.activeAddress(client, Family.IPV4),
                            Ends.passiveAddress(client, Family.IPV4),
                            PORT,
                            BlockPeer.DEVICE,
                            !serverBinds,
                            DEEP);
            assertThat(ends.passive(client).run("block-content")).isEqualTo(expected);
            assertThat(Wire.lost()).as("packets that were lost").isPositive();
            Wire.trouble(Trouble.NONE);
            ends.passive(client).run("end-blocks");
        } finally {
            ends.end();
        }
    }
}
