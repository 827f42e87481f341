package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_wc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** C: {@code ibv_poll_cq} into an array of its own, copied field by field into DiSNI's objects. */
final class PollCall extends SVCPollCq {
    private static final int KERNEL_WITH_INVALIDATE = 1 << 2;

    private final CompletionQueue cq;
    private final boolean kernelFlags;
    private final IbvWC[] completions;
    private final int entries;
    private final MemorySegment array;
    private final long address;
    private int polls;
    private boolean valid = true;

    PollCall(CompletionQueue cq, IbvWC[] completions, int entries) throws VerbsException {
        if (entries < 1 || entries > completions.length) {
            throw new VerbsException(
                    "polling " + entries + " completions into an array of " + completions.length, Errno.EINVAL);
        }
        this.cq = cq;
        this.kernelFlags = cq.device().kernelFlags();
        this.completions = completions;
        this.entries = entries;
        this.array = Arena.ofAuto().allocate((long) entries * ibv_wc.sizeof, 64);
        this.address = array.address();
    }

    @Override
    public SVCPollCq execute() throws VerbsException {
        long queue = cq.nativeHandle().address();
        if (!valid || queue == 0) {
            throw new VerbsException("the completion queue or its poll call is gone", Errno.EBADF);
        }
        int count = cq.device().ops().pollCq(queue, entries, address);
        for (int i = 0; i < count; i++) {
            copy((long) i * ibv_wc.sizeof, completions[i]);
        }
        polls = count;
        if (count < 0) {
            throw new VerbsException("ibv_poll_cq failed with " + count, Errno.EIO);
        }
        return this;
    }

    private void copy(long at, IbvWC wc) {
        int status = array.get(ValueLayout.JAVA_INT, at + ibv_wc.status);
        wc.setWr_id(array.get(ValueLayout.JAVA_LONG, at + ibv_wc.wr_id));
        wc.setStatus(status);
        wc.setVendor_err(array.get(ValueLayout.JAVA_INT, at + ibv_wc.vendor_err));
        wc.setQp_num(array.get(ValueLayout.JAVA_INT, at + ibv_wc.qp_num));
        if (status == 0) {
            wc.setOpcode(array.get(ValueLayout.JAVA_INT, at + ibv_wc.opcode));
            wc.setByte_len(array.get(ValueLayout.JAVA_INT, at + ibv_wc.byte_len));
            wc.setImm_data(array.get(ValueLayout.JAVA_INT, at + ibv_wc.imm_data));
            wc.setSrc_qp(array.get(ValueLayout.JAVA_INT, at + ibv_wc.src_qp));
            wc.setWc_flags(flags(array.get(ValueLayout.JAVA_INT, at + ibv_wc.wc_flags)));
            wc.setPkey_index(array.get(ValueLayout.JAVA_SHORT, at + ibv_wc.pkey_index));
            wc.setSlid(array.get(ValueLayout.JAVA_SHORT, at + ibv_wc.slid));
            wc.setSl((short) (array.get(ValueLayout.JAVA_BYTE, at + ibv_wc.sl) & 0xff));
            wc.setDlid_path_bits((short) (array.get(ValueLayout.JAVA_BYTE, at + ibv_wc.dlid_path_bits) & 0xff));
        } else {
            clear(wc);
        }
    }

    /** With the kernel's "with invalidate" as libibverbs has it; the bit means a checksum there, which rxe never reports. */
    private int flags(int raw) {
        if (kernelFlags && (raw & KERNEL_WITH_INVALIDATE) != 0) {
            return (raw & ~KERNEL_WITH_INVALIDATE) | WrOpcode.WC_WITH_INV;
        }
        return raw;
    }

    /** What the library left in these fields of a failed completion means nothing. */
    private static void clear(IbvWC wc) {
        wc.setOpcode(0);
        wc.setByte_len(0);
        wc.setImm_data(0);
        wc.setSrc_qp(0);
        wc.setWc_flags(0);
        wc.setPkey_index((short) 0);
        wc.setSlid((short) 0);
        wc.setSl((short) 0);
        wc.setDlid_path_bits((short) 0);
    }

    @Override
    public int getPolls() {
        return polls;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public SVCPollCq free() {
        valid = false;
        return this;
    }
}
