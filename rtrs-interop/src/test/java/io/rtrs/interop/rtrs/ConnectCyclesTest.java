package io.rtrs.interop.rtrs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.interop.subject.ChildJvm;
import io.rtrs.interop.subject.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand sessions one after the other, in a process of their own whose memory is counted. */
@Timeout(Subject.PATIENCE_S * 10)
class ConnectCyclesTest {
    @Test
    void a_thousand_cycles_leave_no_thread_file_memory_or_handle_behind() throws Exception {
        assumeTrue(Subject.isSoftware()); // a thousand connections on an emulated machine take too long
        ChildJvm.run(ConnectCycles.class, "-XX:NativeMemoryTracking=summary", "-Xmx256m");
    }
}
