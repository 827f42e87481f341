package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.KeyTable;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.CompletionSink;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.DisniProvider;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** One end of a connection for tests: a queue pair with memory, which keeps its completions and hands its packets on. */
final class End implements Transmitter, CompletionSink {
    static final int DEPTH = 64;

    /** Of an end that takes part in a captured exchange. */
    static final QueueCapacity CAPTURED = new QueueCapacity(256, 1, 256, 1, 0, true);

    static final int ALL_ACCESS = IbvMr.IBV_ACCESS_LOCAL_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_WRITE
            | IbvMr.IBV_ACCESS_REMOTE_READ
            | IbvMr.IBV_ACCESS_REMOTE_ATOMIC
            | IbvMr.IBV_ACCESS_MW_BIND;

    /** A completion. */
    record Done(boolean send, long wrId, int status, int opcode, int length, int imm, int flags, boolean solicited) {
        static List<Integer> statuses(List<Done> all) {
            return all.stream().map(Done::status).toList();
        }

        static List<Long> ids(List<Done> all) {
            return all.stream().map(Done::wrId).toList();
        }
    }

    static {
        DisniProvider.install();
    }

    final KeyTable keys = new KeyTable(new Random(1)::nextInt);
    final Domain domain;
    final QueuePair qp;
    final SendArray send = new SendArray(1, 4);
    final ReceiveArray receive = new ReceiveArray(1, 4);
    final Posted posted = new Posted();
    final List<Done> sends = new ArrayList<>();
    final List<Done> receives = new ArrayList<>();
    final Region region;

    /** Where packets go, BTH to pad; none of them has an ICRC. */
    Consumer<byte[]> wire = packet -> {};

    /** Hears of each receive that completes, at that moment. */
    Consumer<Done> watcher = done -> {};

    /** Packets that may still be written before the link has no room. */
    long room = Long.MAX_VALUE;

    /** Whether it borrows memory instead of having it copied: until it is given back, or a test says that it was sent. */
    boolean borrows;

    /** Pieces that are borrowed now. */
    int borrowed;

    /** Sends that were told to be over while something was borrowed. */
    final List<Long> toldTooEarly = new ArrayList<>();

    private final MemorySegment scratch = Arena.ofAuto().allocate(8192, 8);
    private int reserved;

    /** Whether an ACK would share a send call. */
    boolean hasCompany;

    @SuppressWarnings("NullAway") // Nothing here asks for the device.
    End(int number, MemorySegment memory, QueueCapacity capacity) throws IOException {
        domain = new Domain(null, keys, null);
        qp = new QueuePair(number, domain, capacity, this);
        region = register(memory, ALL_ACCESS);
    }

    Region register(MemorySegment segment, int access) throws IOException {
        int key = keys.reserve();
        Region made = new Region(domain, segment, access, key, false);
        keys.put(key, made);
        return made;
    }

    Window window(int type) throws IOException {
        int key = keys.reserve();
        Window made = new Window(domain, type, key);
        keys.put(key, made);
        return made;
    }

    long address(long offset) {
        return region.base + offset;
    }

    /** Receives from an offset of the region on. */
    int receive(long id, long offset, int length) {
        receive.wrId[0] = id;
        receive.setSge(0, 0, address(offset), length, region.fixedKey);
        receive.setNumSge(0, 1);
        return qp.postReceives(receive, 0, 1, posted);
    }

    /** Posts a send of one SGE from an offset of the region on; other fields stay as they are. */
    int post(int opcode, int flags, long id, long offset, int length) {
        send.setSge(0, 0, address(offset), length, region.fixedKey);
        send.setNumSge(0, 1);
        return post(opcode, flags, id);
    }

    /** Posts the work request as it is laid out. */
    int post(int opcode, int flags, long id) {
        send.wrId[0] = id;
        send.opcode[0] = opcode;
        send.flags[0] = flags;
        return qp.postSends(send, 0, 1, posted);
    }

    End remote(long address, int rkey) {
        send.remote[0] = address;
        send.rkey[0] = rkey;
        return this;
    }

    byte[] bytes(long offset, int length) {
        return region.memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    void fill(long offset, byte[] bytes) {
        MemorySegment.copy(bytes, 0, region.memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /** A packet of the connection arrives. */
    void deliver(byte[] packet, long nowNs) {
        RocePacket view = new RocePacket();
        assertThat(view.wrap(MemorySegment.ofArray(packet), 0, packet.length)).isEqualTo(RocePacket.OK);
        qp.onPacket(view, nowNs);
        drain(nowNs);
    }

    /** Polls until there is nothing to do. */
    void drain(long nowNs) {
        int turns = 0;
        do {
            qp.poll(this, 16, nowNs);
        } while (qp.hasWork() && room > 0 && ++turns < 10_000);
        if (turns == 10_000) {
            throw new IllegalStateException("work without end: " + qp.state());
        }
    }

    @Override
    public MemorySegment memory() {
        return scratch;
    }

    @Override
    public long reserve(int length) {
        if (room == 0) {
            return NO_ROOM;
        }
        reserved = length;
        scratch.asSlice(0, length).fill((byte) 0xa5);
        return 0;
    }

    @Override
    public boolean hasCompany(int length) {
        return hasCompany;
    }

    @Override
    public boolean borrow(long at, int length, MemorySegment from, long offset) {
        borrowed += borrows ? 1 : 0;
        return borrows;
    }

    @Override
    public void giveBack() {
        borrowed = 0;
    }

    @Override
    public void commit() {
        room--;
        wire.accept(scratch.asSlice(0, reserved).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void complete(
            WorkQueues from,
            boolean isSend,
            long sequence,
            long wrId,
            int status,
            int opcode,
            int byteLen,
            int rawImmOrKey,
            int wcFlags,
            boolean solicited) {
        Done done = new Done(isSend, wrId, status, opcode, byteLen, rawImmOrKey, wcFlags, solicited);
        if (!isSend) {
            watcher.accept(done);
        }
        if (isSend && borrowed > 0) {
            toldTooEarly.add(wrId);
        }
        (isSend ? sends : receives).add(done);
        from.retire(isSend, sequence);
    }
}
