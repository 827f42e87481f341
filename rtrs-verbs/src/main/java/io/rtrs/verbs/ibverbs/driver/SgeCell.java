package io.rtrs.verbs.ibverbs.driver;

import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.verbs.ibverbs.layout.VerbsLayout.ibv_sge;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One SGE in a work request array, as DiSNI modifies it. */
final class SgeCell implements SVCPostSend.SgeMod {
    private final MemorySegment memory;
    private final long at;

    SgeCell(MemorySegment memory, long at) {
        this.memory = memory;
        this.at = at;
    }

    @Override
    public void setAddr(long address) {
        memory.set(ValueLayout.JAVA_LONG, at + ibv_sge.addr, address);
    }

    @Override
    public long getAddr() {
        return memory.get(ValueLayout.JAVA_LONG, at + ibv_sge.addr);
    }

    @Override
    public void setLength(int length) {
        memory.set(ValueLayout.JAVA_INT, at + ibv_sge.length, length);
    }

    @Override
    public int getLength() {
        return memory.get(ValueLayout.JAVA_INT, at + ibv_sge.length);
    }

    @Override
    public void setLkey(int lkey) {
        memory.set(ValueLayout.JAVA_INT, at + ibv_sge.lkey, lkey);
    }

    @Override
    public int getLkey() {
        return memory.get(ValueLayout.JAVA_INT, at + ibv_sge.lkey);
    }
}
