package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.VerbsException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What can be registered: what a peer's access could not bring down, and any thread may touch. */
class RegistrationContractTest extends ContractTest {
    private static final int READS = IbvMr.IBV_ACCESS_REMOTE_READ;
    private static final int WRITES = IbvMr.IBV_ACCESS_LOCAL_WRITE;
    private static final int PEER_WRITES = IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_WRITE;
    private static final int BYTES = 3 * 4096;
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;

    @TempDir
    Path folder;

    private MemorySegment mapped(FileChannel.MapMode mode, Arena arena) throws IOException {
        Path file = Files.write(folder.resolve("mapped"), new byte[BYTES]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(mode, 0, BYTES, arena);
        }
    }

    private static void refused(int errno, ThrowingCallable registering) {
        assertThatThrownBy(registering)
                .isInstanceOfSatisfying(
                        VerbsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @ParameterizedTest(name = "by the peer: {0}")
    @ValueSource(booleans = {false, true})
    void aReadOnlyMappingIsNotRegisteredForWritingByItsAddress(boolean byPeer) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open();
                Arena arena = Arena.ofShared()) {
            long address = mapped(FileChannel.MapMode.READ_ONLY, arena).address();
            refused(
                    EFAULT,
                    () -> Subject.verbs()
                            .regMr(pair.passive.pd, address, BYTES, byPeer ? PEER_WRITES : WRITES)
                            .execute());
        }
    }

    @Test
    void norByASegmentMadeFromItsAddress() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open();
                Arena arena = Arena.ofShared()) {
            long address = mapped(FileChannel.MapMode.READ_ONLY, arena).address();
            MemorySegment guessed = MemorySegment.ofAddress(address).reinterpret(BYTES);
            refused(EFAULT, () -> Subject.verbs().regMr(pair.passive.pd, guessed, PEER_WRITES));
        }
    }

    @Test
    void norByASegmentThatSaysSo() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemorySegment readOnly = pair.arena.allocate(BYTES).asReadOnly();
            refused(EFAULT, () -> Subject.verbs().regMr(pair.passive.pd, readOnly, PEER_WRITES));
            refused(
                    EFAULT,
                    () -> Subject.verbs()
                            .regMr(pair.passive.pd, readOnly.asByteBuffer(), WRITES)
                            .execute());
        }
    }

    @Test
    void aReadOnlyMappingIsRegisteredForReading() throws Exception {
        assumeTrue(Subject.isSoftware(), "Linux 6.1 pins memory for writing, whatever the access");
        try (ConnectedPair pair = ConnectedPair.open();
                Arena arena = Arena.ofShared()) {
            long address = mapped(FileChannel.MapMode.READ_ONLY, arena).address();
            IbvMr region = Subject.verbs()
                    .regMr(pair.passive.pd, address, BYTES, READS)
                    .execute()
                    .getMr();
            assertThat(region.getLength()).isEqualTo(BYTES);
            Subject.verbs().deregMr(region).execute();
        }
    }

    @Test
    void memoryKnownByItsAddressIsRegistered() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            long address = pair.arena.allocate(BYTES, 4096).address();
            IbvMr region = Subject.verbs()
                    .regMr(pair.passive.pd, address, BYTES, PEER_WRITES)
                    .execute()
                    .getMr();
            assertThat(region.getAddr()).isEqualTo(address);
            Subject.verbs().deregMr(region).execute();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(longs = {4096, -8192, Long.MAX_VALUE - 8})
    void whatIsNotMappedIsRefused(long address) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            refused(
                    EFAULT,
                    () -> Subject.verbs()
                            .regMr(pair.passive.pd, address, 64, READS)
                            .execute());
        }
    }

    @Test
    void aConfinedArenasMemoryIsRefusedWithTheRemedy() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open();
                Arena confined = Arena.ofConfined()) {
            MemorySegment memory = confined.allocate(BYTES);
            ThrowingCallable registering = () -> Subject.verbs().regMr(pair.passive.pd, memory, PEER_WRITES);
            refused(EINVAL, registering);
            assertThatThrownBy(registering).hasMessageContaining("confined").hasMessageContaining("Arena.ofShared()");
            refused(
                    EINVAL,
                    () -> Subject.verbs()
                            .regMr(pair.passive.pd, memory.asByteBuffer(), PEER_WRITES)
                            .execute());
        }
    }

    @Test
    void freedHeapAndEmptyMemoryIsRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            Arena closed = Arena.ofShared();
            MemorySegment freed = closed.allocate(BYTES);
            closed.close();
            refused(EFAULT, () -> Subject.verbs().regMr(pair.passive.pd, freed, READS));
            refused(EINVAL, () -> Subject.verbs().regMr(pair.passive.pd, MemorySegment.ofArray(new byte[8]), READS));
            refused(
                    EINVAL,
                    () -> Subject.verbs()
                            .regMr(pair.passive.pd, pair.arena.allocate(8).asSlice(8), READS));
        }
    }

    @Test
    void automaticMemoryLivesAsLongAsItsRegistration() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryRegion region =
                    Subject.verbs().regMr(pair.passive.pd, Arena.ofAuto().allocate(BYTES), PEER_WRITES);
            WeakReference<Object> memory = new WeakReference<>(region.segment().scope());
            collect();
            assertThat(memory.refersTo(null)).isFalse();
            Subject.verbs().deregMr(region).execute();
            region = null;
            while (!memory.refersTo(null)) { // else the collections above have shown nothing
                collect();
            }
        }
    }

    /** The garbage of now is gone. */
    private static void collect() {
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        while (!garbage.refersTo(null)) {
            System.gc();
        }
    }
}
