package io.rtrs.interop.contract;

import static io.rtrs.interop.contract.Endpoint.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.interop.subject.ChildJvm;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that is truncated under its registration fails the work request that touches it, and nothing else. In a JVM of its
 * own, since less than that would end it.
 */
@Timeout(180)
class TruncatedFileTest {
    private static final int FILE_BYTES = 1 << 16;

    /** One packet; several, each large enough for the C library. */
    private static final int[] LENGTHS = {8, 40_000};

    /** How a program may name the memory that it registers. */
    private enum Naming {
        SEGMENT,
        BUFFER,
        ADDRESS
    }

    /** What touches it. */
    private enum Touch {
        SEND_FROM,
        INLINE_FROM,
        RECEIVE_TO,
        WRITE_FROM,
        WRITE_TO,
        READ_FROM,
        READ_TO,
        ATOMIC_AT,
        ATOMIC_TO
    }

    @Test
    void failsTheWorkRequestThatTouchesIt() throws Exception {
        assumeTrue(Subject.isSoftware(), "adapters have the pages pinned");

        List<String> said = ChildJvm.run(Program.class);

        List<String> expected = new ArrayList<>();
        for (Naming naming : Naming.values()) {
            for (Touch touch : Touch.values()) {
                for (int length : LENGTHS) {
                    if (possible(touch, length)) {
                        expected.add(naming + " " + touch + " " + length + ": " + expected(touch) + ", others work");
                    }
                }
            }
        }
        assertThat(said).isEqualTo(expected);
    }

    private static boolean possible(Touch touch, int length) {
        return length == 8 || !(touch == Touch.INLINE_FROM || touch == Touch.ATOMIC_AT || touch == Touch.ATOMIC_TO);
    }

    private static int expected(Touch touch) {
        return switch (touch) {
            case SEND_FROM, WRITE_FROM, READ_TO, ATOMIC_TO -> Wc.LOC_PROT_ERR;
            case RECEIVE_TO -> Differences.ofRefusedSend(Wc.REM_OP_ERR);
            case WRITE_TO -> Differences.ofRefusedSend(Wc.REM_ACCESS_ERR);
            case READ_FROM, ATOMIC_AT -> Wc.REM_ACCESS_ERR;
            case INLINE_FROM -> 14; // EFAULT of the post
        };
    }

    /** The program: prints the status that each way of touching ends with. */
    static final class Program {
        public static void main(String[] args) throws Exception {
            try (ConnectedPair others = ConnectedPair.open()) {
                for (Naming naming : Naming.values()) {
                    for (Touch touch : Touch.values()) {
                        for (int length : LENGTHS) {
                            if (possible(touch, length)) {
                                int status = status(naming, touch, length);
                                others.passive.receive(1, 64);
                                others.active.send(WrOpcode.SEND, SIGNALED, 2, 64);
                                others.passive.succeeded(1);
                                others.active.succeeded(2);
                                System.out.println(
                                        naming + " " + touch + " " + length + ": " + status + ", others work");
                            }
                        }
                    }
                }
            }
        }

        private static int status(Naming naming, Touch touch, int length) throws IOException {
            Path path = Files.createTempFile("mapped", "");
            try (ConnectedPair pair = ConnectedPair.withReads();
                    Arena arena = Arena.ofShared();
                    FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MemorySegment mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES, arena);
                boolean peers = touch == Touch.RECEIVE_TO
                        || touch == Touch.WRITE_TO
                        || touch == Touch.READ_FROM
                        || touch == Touch.ATOMIC_AT;
                IbvMr region = register(naming, peers ? pair.passive : pair.active, mapped);
                file.truncate(0);
                int status = touch(pair, touch, length, region);
                Subject.verbs().deregMr(region).execute();
                return status;
            } finally {
                Files.delete(path);
            }
        }

        private static IbvMr register(Naming naming, Endpoint at, MemorySegment mapped) throws IOException {
            return switch (naming) {
                case SEGMENT -> Subject.verbs().regMr(at.pd, mapped, Endpoint.ALL_ACCESS);
                case BUFFER ->
                    Subject.verbs()
                            .regMr(at.pd, mapped.asByteBuffer(), Endpoint.ALL_ACCESS)
                            .execute()
                            .getMr();
                case ADDRESS ->
                    Subject.verbs()
                            .regMr(at.pd, mapped.address(), FILE_BYTES, Endpoint.ALL_ACCESS)
                            .execute()
                            .getMr();
            };
        }

        private static int touch(ConnectedPair pair, Touch touch, int length, IbvMr gone) throws IOException {
            long own = gone.getAddr();
            int key = gone.getLkey();
            long peers = pair.passive.region.getAddr();
            int peersKey = pair.passive.region.getRkey();
            return switch (touch) {
                case SEND_FROM -> {
                    pair.passive.receive(1, Endpoint.REGION_BYTES);
                    yield posted(pair, WrOpcode.SEND, SIGNALED, length, own, key, 0, 0);
                }
                case INLINE_FROM ->
                    posted(pair, WrOpcode.SEND, SIGNALED | IbvSendWR.IBV_SEND_INLINE, length, own, 0, 0, 0);
                case RECEIVE_TO -> {
                    Endpoint.mustPost(Subject.verbs()
                            .postRecv(pair.passive.qp, 1, 1)
                            .wrId(0, 1)
                            .sge(0, 0, own, length, key)
                            .numSge(0, 1)
                            .post(0, 1));
                    pair.active.send(WrOpcode.SEND, SIGNALED, 2, length);
                    if (pair.passive.next().getStatus() != Wc.LOC_PROT_ERR) {
                        throw new AssertionError("the receive");
                    }
                    yield pair.active.next().getStatus();
                }
                case WRITE_FROM -> posted(pair, WrOpcode.RDMA_WRITE, SIGNALED, length, own, key, peers, peersKey);
                case READ_TO -> posted(pair, WrOpcode.RDMA_READ, SIGNALED, length, own, key, peers, peersKey);
                case ATOMIC_TO -> posted(pair, WrOpcode.ATOMIC_CMP_AND_SWP, SIGNALED, 8, own, key, peers, peersKey);
                case WRITE_TO -> asked(pair, WrOpcode.RDMA_WRITE, length, gone);
                case READ_FROM -> asked(pair, WrOpcode.RDMA_READ, length, gone);
                case ATOMIC_AT -> asked(pair, WrOpcode.ATOMIC_FETCH_AND_ADD, 8, gone);
            };
        }

        /** The status of a request for the passive side's memory. */
        private static int asked(ConnectedPair pair, int opcode, int length, IbvMr gone) throws IOException {
            pair.active.rdma(opcode, SIGNALED, 2, length, gone.getAddr(), gone.getRkey());
            return pair.active.next().getStatus();
        }

        /** The errno of a post with the active side's memory, else the status that it ends with. */
        private static int posted(
                ConnectedPair pair, int opcode, int flags, int length, long own, int key, long peers, int peersKey)
                throws IOException {
            int errno = pair.active
                    .request(opcode, flags, 2, length)
                    .sge(0, 0, own, length, key)
                    .remote(0, peers, peersKey)
                    .post(0, 1);
            if (errno != 0) {
                return errno;
            }
            return pair.active.next().getStatus();
        }
    }
}
