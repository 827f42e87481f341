package io.rtrs.interop.wire;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.error.RtrsException;
import io.rtrs.interop.rnbd.AccessMode;
import io.rtrs.interop.rnbd.MemoryDevice;
import io.rtrs.interop.rnbd.RnbdClient;
import io.rtrs.interop.rnbd.RnbdMemoryServer;
import io.rtrs.interop.rnbd.RnbdMessage;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/** RTRS at one end of the wire: serves a memory device, or uses a device that the other end serves. */
final class BlockPeer {
    /** The name of the device, and its size. */
    static final String DEVICE = "disk";

    static final int CAPACITY = 4 << 20;

    private static final int QUEUE_DEPTH = 64;

    /** Requests at once. */
    private static final int DEEP = 8;

    private static final int DEEP_BYTES = 8192;
    private static final int RANDOM_SIZES = 12;

    private final VerbsProvider provider;
    private @Nullable MemoryDevice disk;
    private @Nullable RtrsServer server;

    BlockPeer(VerbsProvider provider) {
        this.provider = provider;
    }

    void serve(InetSocketAddress address, boolean alwaysInvalidate) throws IOException {
        MemoryDevice made = new MemoryDevice(DEVICE, CAPACITY, RnbdMessage.SECTOR_SIZE);
        disk = made;
        RnbdMemoryServer rnbd = new RnbdMemoryServer(List.of(made));
        server = RtrsServer.builder()
                .provider(provider)
                .listen(address)
                .queueDepth(QUEUE_DEPTH)
                .alwaysInvalidate(alwaysInvalidate)
                .handler(rnbd)
                .sessionListener(rnbd)
                .start();
    }

    /** What the device holds now. */
    long checksum() {
        MemoryDevice served = disk;
        if (served == null) {
            throw new IllegalStateException("serves no device");
        }
        return checksum(served.memory());
    }

    static long checksum(MemorySegment memory) {
        CRC32C crc = new CRC32C();
        crc.update(memory.asByteBuffer());
        return crc.getValue();
    }

    /** Ends serving, if it ever began; fails if the server had anything to complain about. */
    void end() throws IOException {
        RtrsServer started = server;
        MemoryDevice served = disk;
        server = null;
        disk = null;
        if (started != null && served != null) {
            started.close();
            served.close();
            if (!started.incidents().isEmpty()) {
                throw new AssertionError("the server says " + started.incidents());
            }
        }
    }

    /**
     * Writes blocks of many sizes one by one, and many at once, and reads them back.
     *
     * @param deep how much of the device, from its beginning, is written many at once; the rest is zero at first
     * @return the checksum of what the device must hold now
     */
    long use(InetAddress source, InetSocketAddress destination, String name, boolean invalidateReads, int deep)
            throws IOException {
        String path = "ip:" + source.getHostAddress() + "@ip:"
                + destination.getAddress().getHostAddress();
        byte[] expected = new byte[CAPACITY];
        try (ClientSession session = RtrsClient.builder()
                        .provider(provider)
                        .sessionName("wire")
                        .path(path)
                        .port(destination.getPort())
                        .ioConnections(2)
                        .invalidateReads(invalidateReads)
                        .connectTimeout(Events.PATIENCE)
                        .open();
                RnbdClient device = RnbdClient.open(session, name, AccessMode.READ_WRITE);
                RegisteredMemory memory = session.allocate(CAPACITY)) {
            fillDeep(device, memory, expected, deep);
            overwrite(session.maxIoSize(), device, memory, expected);
            RnbdClient.await(device.flush());
            readDeep(device, memory, expected, deep);
        }
        return checksum(MemorySegment.ofArray(expected));
    }

    private static void fillDeep(RnbdClient device, RegisteredMemory memory, byte[] expected, int length)
            throws IOException {
        MemorySegment all = memory.segment().asSlice(0, length);
        for (int at = 0; at < length; at += DEEP_BYTES) {
            Content.fill(all.asSlice(at, DEEP_BYTES), at / DEEP_BYTES);
        }
        MemorySegment.ofArray(expected).copyFrom(all);
        deep(
                length,
                i -> device.write(
                        (long) i * DEEP_BYTES / RnbdMessage.SECTOR_SIZE, memory, (long) i * DEEP_BYTES, DEEP_BYTES));
    }

    private static void readDeep(RnbdClient device, RegisteredMemory memory, byte[] expected, int length)
            throws IOException {
        MemorySegment all = memory.segment().asSlice(0, length).fill((byte) 0xa5);
        deep(
                length,
                i -> device.read(
                        (long) i * DEEP_BYTES / RnbdMessage.SECTOR_SIZE, memory, (long) i * DEEP_BYTES, DEEP_BYTES));
        same("the device", all, MemorySegment.ofArray(expected).asSlice(0, length));
    }

    private interface Operation {
        CompletableFuture<Void> start(int index) throws RtrsException;
    }

    private static void deep(int length, Operation operation) throws IOException {
        Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
        for (int i = 0; i < length / DEEP_BYTES; i++) {
            if (underWay.size() == DEEP) {
                RnbdClient.await(underWay.remove());
            }
            underWay.add(operation.start(i));
        }
        while (!underWay.isEmpty()) {
            RnbdClient.await(underWay.remove());
        }
    }

    private static void overwrite(int maxIoSize, RnbdClient device, RegisteredMemory memory, byte[] expected)
            throws IOException {
        Random random = new Random(13);
        int number = 5000;
        for (int size : sizes(maxIoSize, random)) {
            int sector = random.nextInt((CAPACITY - size) / RnbdMessage.SECTOR_SIZE + 1);
            MemorySegment part = memory.segment().asSlice(0, size);
            Content.fill(part, ++number);
            RnbdClient.await(device.write(sector, memory, 0, size));
            MemorySegment wanted = MemorySegment.ofArray(expected)
                    .asSlice((long) sector * RnbdMessage.SECTOR_SIZE, size)
                    .copyFrom(part);
            part.fill((byte) 0xa5);
            RnbdClient.await(device.read(sector, memory, 0, size));
            same(size + " bytes at sector " + sector, part, wanted);
        }
    }

    private static List<Integer> sizes(int maxIoSize, Random random) {
        int max = maxIoSize / RnbdMessage.SECTOR_SIZE;
        List<Integer> sizes = new ArrayList<>();
        for (int sectors = 1; sectors < max; sectors *= 2) {
            sizes.add(sectors * RnbdMessage.SECTOR_SIZE);
        }
        sizes.add(max * RnbdMessage.SECTOR_SIZE);
        for (int i = 0; i < RANDOM_SIZES; i++) {
            sizes.add((1 + random.nextInt(max)) * RnbdMessage.SECTOR_SIZE);
        }
        return sizes;
    }

    private static void same(String what, MemorySegment is, MemorySegment expected) {
        long at = is.mismatch(expected);
        if (at >= 0) {
            throw new AssertionError(what + ": byte " + at + " is not what was written");
        }
    }
}
