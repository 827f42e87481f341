package io.rtrs.soft.work;

import com.ibm.disni.verbs.SVCPostSend;

/** DiSNI's way to change a work request that is laid out. */
public final class SendMod implements SVCPostSend.SendWRMod, SVCPostSend.RdmaMod {
    private final SendArray array;
    private final int wr;
    private final Sge[] sges;

    SendMod(SendArray array, int wr) {
        this.array = array;
        this.wr = wr;
        this.sges = new Sge[array.maxSge];
        for (int i = 0; i < sges.length; i++) {
            sges[i] = new Sge(i);
        }
    }

    @Override
    public void setWr_id(long id) {
        array.wrId[wr] = id;
    }

    @Override
    public long getWr_id() {
        return array.wrId[wr];
    }

    @Override
    public void setSend_flags(int flags) {
        array.flags[wr] = flags;
    }

    @Override
    public int getSend_flags() {
        return array.flags[wr];
    }

    @Override
    public int getNum_sge() {
        return array.numSge[wr];
    }

    @Override
    public int getOpcode() {
        return array.opcode[wr];
    }

    @Override
    public SVCPostSend.RdmaMod getRdmaMod() {
        return this;
    }

    @Override
    public SVCPostSend.SgeMod getSgeMod(int index) {
        return sges[index];
    }

    @Override
    public void setRemote_addr(long address) {
        array.remote[wr] = address;
    }

    @Override
    public long getRemote_addr() {
        return array.remote[wr];
    }

    @Override
    public void setRkey(int rkey) {
        array.rkey[wr] = rkey;
    }

    @Override
    public int getRkey() {
        return array.rkey[wr];
    }

    @Override
    public void setReserved(int reserved) {
        // Nothing reads it.
    }

    @Override
    public int getReserved() {
        return 0;
    }

    private final class Sge implements SVCPostSend.SgeMod {
        private final int index;

        Sge(int index) {
            this.index = index;
        }

        @Override
        public void setAddr(long address) {
            array.setSge(wr, index, address, getLength(), getLkey());
        }

        @Override
        public long getAddr() {
            return array.address(wr, index);
        }

        @Override
        public void setLength(int length) {
            array.setSge(wr, index, getAddr(), length, getLkey());
        }

        @Override
        public int getLength() {
            return (int) array.length(wr, index);
        }

        @Override
        public void setLkey(int lkey) {
            array.setSge(wr, index, getAddr(), getLength(), lkey);
        }

        @Override
        public int getLkey() {
            return array.key(wr, index);
        }
    }
}
