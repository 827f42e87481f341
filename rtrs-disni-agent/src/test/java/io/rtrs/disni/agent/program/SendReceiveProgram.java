package io.rtrs.disni.agent.program;

import com.ibm.disni.RdmaEndpoint;
import com.ibm.disni.RdmaPassiveEndpointGroup;
import com.ibm.disni.RdmaServerEndpoint;
import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * Sixteen messages are under way each way. Both sides send again only if a send is complete for each message that they
 * have received, and otherwise leave it: an answer that comes before the completion of its question is never made good.
 */
@SuppressWarnings({"JdkObsolete", "NonApiType"}) // DiSNI's lists of SGEs are LinkedLists
public final class SendReceiveProgram {
    private static final int DEPTH = 16;
    private static final int MESSAGES = 10_000;

    private SendReceiveProgram() {}

    /** Runs it at an address of this machine. */
    public static void main(String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(args[0]), 7473);
        RdmaPassiveEndpointGroup<Side> group = new RdmaPassiveEndpointGroup<>(10, DEPTH, 1, 2 * DEPTH);
        group.init((id, serverSide) -> new Side(group, id, serverSide));
        RdmaServerEndpoint<Side> listener = group.createServerEndpoint();
        listener.bind(address, 10);
        FutureTask<Void> answering = new FutureTask<>(() -> {
            Side server = listener.accept();
            server.run(0);
            server.close();
            return null;
        });
        new Thread(answering).start();
        Side client = group.createEndpoint();
        client.connect(address, 1000);
        client.run(DEPTH);
        System.out.println("answered: " + MESSAGES);
        answering.get();
        client.close();
        listener.close();
        group.close();
        System.out.println("closed");
    }

    private static final class Side extends RdmaEndpoint {
        private final ByteBuffer memory = ByteBuffer.allocateDirect(64);
        private final IbvWC[] completions = new IbvWC[2 * DEPTH];
        private SVCPollCq poll;
        private SVCPostSend send;
        private SVCPostRecv receive;

        Side(RdmaPassiveEndpointGroup<Side> group, RdmaCmId id, boolean serverSide) throws IOException {
            super(group, id, serverSide);
        }

        @Override
        protected synchronized void init() throws IOException {
            super.init();
            IbvMr region = registerMemory(memory).execute().free().getMr();
            IbvSge sge = new IbvSge();
            sge.setAddr(region.getAddr());
            sge.setLength(8);
            sge.setLkey(region.getLkey());
            IbvSendWR sending = new IbvSendWR();
            sending.setOpcode(IbvSendWR.IBV_WR_SEND);
            sending.setSend_flags(IbvSendWR.IBV_SEND_SIGNALED);
            sending.setSg_list(new LinkedList<>(List.of(sge)));
            sending.setNum_sge(1);
            send = postSend(List.of(sending));
            IbvRecvWR receiving = new IbvRecvWR();
            receiving.setSg_list(new LinkedList<>(List.of(sge)));
            receiving.setNum_sge(1);
            receive = postRecv(List.of(receiving));
            for (int i = 0; i < completions.length; i++) {
                completions[i] = new IbvWC();
            }
            poll = getCqProvider().getCQ().poll(completions, completions.length);
            for (int i = 0; i < DEPTH; i++) {
                receive.execute();
            }
        }

        /** Until all messages were received and sent; the first ones are sent unasked. */
        void run(int first) throws IOException {
            int sent = 0;
            int received = 0;
            int complete = 0;
            for (; sent < first; sent++) {
                send.execute();
            }
            while (received < MESSAGES || complete < MESSAGES) {
                int count = poll.execute().getPolls();
                int answers = 0;
                for (int i = 0; i < count; i++) {
                    if (completions[i].getStatus() != 0) {
                        throw new IOException("status " + completions[i].getStatus());
                    }
                    boolean message = completions[i].getOpcode() == 128;
                    answers += message ? 1 : 0;
                    complete += message ? 0 : 1;
                }
                received += answers;
                for (int i = 0; i < answers; i++) {
                    receive.execute();
                }
                int room = DEPTH - (sent - complete);
                for (int i = 0; i < Math.min(answers, room) && sent < MESSAGES; i++, sent++) {
                    send.execute();
                }
            }
        }
    }
}
