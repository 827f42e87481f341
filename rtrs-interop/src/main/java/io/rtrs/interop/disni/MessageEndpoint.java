package io.rtrs.interop.disni;

import com.ibm.disni.RdmaActiveEndpoint;
import com.ibm.disni.RdmaActiveEndpointGroup;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An endpoint that sends and receives one text at a time; nothing in it but DiSNI. */
final class MessageEndpoint extends RdmaActiveEndpoint {
    private static final int SIZE = 256;
    private static final long SECONDS = 10;
    private static final int SUCCESS = 0;
    private static final int RECV = 128;

    private final ByteBuffer sendBuffer = ByteBuffer.allocateDirect(SIZE);
    private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(SIZE);
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> sent = new LinkedBlockingQueue<>();
    private @Nullable IbvMr sendRegion;
    private @Nullable IbvMr receiveRegion;

    MessageEndpoint(RdmaActiveEndpointGroup<MessageEndpoint> group, RdmaCmId id, boolean serverSide)
            throws IOException {
        super(group, id, serverSide);
    }

    /** DiSNI calls this when the queue pair is there and the connection is not yet. */
    @Override
    protected synchronized void init() throws IOException {
        super.init();
        sendRegion = registerMemory(sendBuffer).execute().free().getMr();
        IbvMr region = registerMemory(receiveBuffer).execute().free().getMr();
        receiveRegion = region;
        IbvRecvWR wr = new IbvRecvWR();
        wr.setWr_id(1);
        wr.setSg_list(whole(region, SIZE));
        SVCPostRecv call = postRecv(List.of(wr));
        call.execute().free();
    }

    @SuppressWarnings({"JdkObsolete", "NonApiType"}) // what DiSNI's setSg_list takes
    private static LinkedList<IbvSge> whole(IbvMr region, int length) {
        IbvSge sge = new IbvSge();
        sge.setAddr(region.getAddr());
        sge.setLength(length);
        sge.setLkey(region.getLkey());
        return new LinkedList<>(List.of(sge));
    }

    @Override
    public void dispatchCqEvent(IbvWC wc) throws IOException {
        if (wc.getStatus() != SUCCESS) {
            return; // flushed when the connection ended
        }
        if (wc.getOpcode() == RECV) {
            byte[] text = new byte[wc.getByte_len()];
            receiveBuffer.get(0, text);
            received.add(new String(text, StandardCharsets.UTF_8));
        } else {
            sent.add(wc.getOpcode());
        }
    }

    /** Sends a text and waits until the peer has it. */
    void send(String text) throws IOException, InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sendBuffer.put(0, bytes);
        IbvMr region = sendRegion;
        if (region == null) {
            throw new IOException("not connected");
        }
        IbvSendWR wr = new IbvSendWR();
        wr.setWr_id(2);
        wr.setOpcode(IbvSendWR.IBV_WR_SEND);
        wr.setSend_flags(IbvSendWR.IBV_SEND_SIGNALED);
        wr.setSg_list(whole(region, bytes.length));
        SVCPostSend call = postSend(List.of(wr));
        call.execute().free();
        if (sent.poll(SECONDS, TimeUnit.SECONDS) == null) {
            throw new IOException("the message was not acknowledged");
        }
    }

    /** Waits for a text. */
    String receive() throws IOException, InterruptedException {
        String text = received.poll(SECONDS, TimeUnit.SECONDS);
        if (text == null) {
            throw new IOException("no message came");
        }
        return text;
    }

    /** Frees the regions; after the connection is closed. */
    void free() throws IOException {
        if (sendRegion != null) {
            deregisterMemory(sendRegion);
        }
        if (receiveRegion != null) {
            deregisterMemory(receiveRegion);
        }
    }
}
