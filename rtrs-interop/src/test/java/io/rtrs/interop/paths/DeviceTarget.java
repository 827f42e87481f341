package io.rtrs.interop.paths;

import io.rtrs.core.Status;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** The first blocks of a block device, past the page cache, with a thread for each request in flight. */
final class DeviceTarget implements Target {
    private final FileChannel device;
    private final BooleanSupplier connected;
    private final ExecutorService threads;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    DeviceTarget(Path node, int depth, BooleanSupplier connected) throws IOException {
        this.device = FileChannel.open(node, StandardOpenOption.READ, StandardOpenOption.WRITE, direct());
        this.connected = connected;
        this.threads = Executors.newFixedThreadPool(
                depth, Thread.ofPlatform().daemon().name("device-", 0).factory());
        this.memory = arena.allocate(2L * depth * Blocks.BYTES, Blocks.BYTES);
    }

    /** O_DIRECT: an option of the JDK's that the compiler warns of. */
    private static OpenOption direct() {
        try {
            Object option = Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
            return (OpenOption) Objects.requireNonNull(option);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Override
    public MemorySegment out(int slot) {
        return memory.asSlice(2L * slot * Blocks.BYTES, Blocks.BYTES);
    }

    @Override
    public MemorySegment in(int slot) {
        return memory.asSlice((2L * slot + 1) * Blocks.BYTES, Blocks.BYTES);
    }

    @Override
    public void submit(int slot, boolean write, Done done) {
        threads.execute(() -> done.onEnd(transfer(slot, write)));
    }

    private Status transfer(int slot, boolean write) {
        ByteBuffer block = (write ? out(slot) : in(slot)).asByteBuffer();
        long at = (long) slot * Blocks.BYTES;
        try {
            int bytes = write ? device.write(block, at) : device.read(block, at);
            return bytes == Blocks.BYTES ? Status.OK : Status.INVALID; // a part of a block is nothing the load can bear
        } catch (IOException e) {
            return Status.IO_ERROR;
        }
    }

    @Override
    public boolean isConnected() {
        return connected.getAsBoolean();
    }

    @Override
    public void assertIdle() {
        // A request is a system call, which the load itself sees return.
    }

    @Override
    public void close() throws IOException {
        threads.shutdown();
        device.close();
        arena.close();
    }
}
