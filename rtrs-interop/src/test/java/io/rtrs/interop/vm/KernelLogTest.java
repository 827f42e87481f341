package io.rtrs.interop.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.Stream;

class KernelLogTest {
    private static final KernelLog LOG =
            KernelLog.allowing(List.of("# why", "", "module taints kernel", "^kern  :err   : .* known defect$"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kern  :err   : [   12.3] rtrs_server L1: refused",
                "kern  :warn  : [   12.3] rdma_rxe: dropped",
                "kern  :emerg : [   12.3] panic",
                "kern  :info  : [   12.3] WARNING: CPU: 0 PID: 1 at drivers/x.c:1",
                "kern  :info  : [   12.3] Call Trace:",
                "kern  :info  : [   12.3] INFO: task dd:99 blocked for more than 120 seconds."
            })
    void troubleIsFound(String message) {
        assertThat(LOG.findings(Stream.of(message))).containsExactly(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kern  :info  : [   12.3] rnbd_client L1: map device",
                "kern  :notice: [   12.3] FS-Cache: Loaded",
                "kern  :warn  : [   12.3] rtrs_core: loading out-of-tree module taints kernel.",
                "kern  :err   : [   12.3] known defect"
            })
    void messagesOfNoConcernAndAllowedOnesAreNot(String message) {
        assertThat(LOG.findings(Stream.of(message))).isEmpty();
    }

    @Test
    void commentsOfTheAllowedListAllowNothing() {
        String message = "kern  :err   : [   12.3] # why";

        assertThat(LOG.findings(Stream.of(message))).containsExactly(message);
    }
}
