import com.ibm.darpc.DaRPCClientEndpoint;
import com.ibm.darpc.DaRPCClientGroup;
import com.ibm.darpc.DaRPCFuture;
import com.ibm.darpc.DaRPCMessage;
import com.ibm.darpc.DaRPCProtocol;
import com.ibm.darpc.DaRPCServerEndpoint;
import com.ibm.darpc.DaRPCServerEvent;
import com.ibm.darpc.DaRPCServerGroup;
import com.ibm.darpc.DaRPCService;
import com.ibm.darpc.DaRPCStream;
import com.ibm.disni.RdmaServerEndpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Remote calls of DaRPC that square a number: {@code server ADDRESS CLIENTS}, which ends when that many clients have gone, and
 * {@code client ADDRESS CALLS DEPTH}, which checks every answer. Knows DaRPC and DiSNI, and nothing of ours.
 */
public final class DarpcEcho {
    private static final int PORT = 7480;
    private static final int QUEUE = 16;
    private static final int INLINE = 0;

    private DarpcEcho() {}

    public static void main(String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(args[1]), PORT);
        if (args[0].equals("server")) {
            serve(address, Integer.parseInt(args[2]));
        } else {
            ask(address, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        }
        System.exit(0); // DaRPC's threads never end
    }

    private static void serve(InetSocketAddress address, int clients) throws Exception {
        Service service = new Service(clients);
        DaRPCServerGroup<Number64, Number64> group = DaRPCServerGroup.createServerGroup(
                service, new long[] {1L << 0}, -1, INLINE, false, QUEUE, QUEUE, 2 * QUEUE, 32);
        RdmaServerEndpoint<DaRPCServerEndpoint<Number64, Number64>> listener = group.createServerEndpoint();
        listener.bind(address, 100);
        System.out.println("serves");
        Thread accepting = new Thread(() -> {
            while (true) {
                try {
                    listener.accept();
                } catch (IOException e) {
                    System.out.println("accept failed: " + e);
                    return;
                }
            }
        });
        accepting.setDaemon(true);
        accepting.start();
        service.awaitEnd();
        System.out.println("all clients have gone");
    }

    private static void ask(InetSocketAddress address, int calls, int depth) throws Exception {
        DaRPCClientGroup<Number64, Number64> group =
                DaRPCClientGroup.createClientGroup(new Protocol(), 100, INLINE, QUEUE, QUEUE);
        DaRPCClientEndpoint<Number64, Number64> client = group.createEndpoint();
        client.connect(address, 1000);
        DaRPCStream<Number64, Number64> stream = client.createStream();
        long start = System.nanoTime();
        int asked = 0;
        for (int answered = 0; answered < calls; ) {
            while (asked < calls && asked - answered < depth) {
                stream.request(new Number64(asked++), new Number64(-1), true);
            }
            DaRPCFuture<Number64, Number64> future = stream.take();
            long number = future.getSendMessage().value;
            long answer = future.get().value;
            if (answer != number * number) {
                throw new IOException("the square of " + number + " is not " + answer);
            }
            answered++;
        }
        System.out.println(calls + " calls at depth " + depth + " answered, "
                + Math.round(calls * 1e9 / (System.nanoTime() - start)) + " a second");
        client.close();
        group.close();
        System.out.println("closed");
    }

    private static final class Number64 implements DaRPCMessage {
        long value;

        Number64(long value) {
            this.value = value;
        }

        @Override
        public int write(ByteBuffer to) {
            to.putLong(value);
            return size();
        }

        @Override
        public void update(ByteBuffer from) {
            value = from.getLong();
        }

        @Override
        public int size() {
            return Long.BYTES;
        }
    }

    private static class Protocol implements DaRPCProtocol<Number64, Number64> {
        @Override
        public Number64 createRequest() {
            return new Number64(0);
        }

        @Override
        public Number64 createResponse() {
            return new Number64(0);
        }
    }

    private static final class Service extends Protocol implements DaRPCService<Number64, Number64> {
        private int clients;

        Service(int clients) {
            this.clients = clients;
        }

        @Override
        public void processServerEvent(DaRPCServerEvent<Number64, Number64> event) throws IOException {
            long number = event.getReceiveMessage().value;
            event.getSendMessage().value = number * number;
            event.triggerResponse();
        }

        @Override
        public void open(DaRPCServerEndpoint<Number64, Number64> client) {}

        @Override
        public synchronized void close(DaRPCServerEndpoint<Number64, Number64> client) {
            clients--;
            notifyAll();
        }

        synchronized void awaitEnd() throws InterruptedException {
            while (clients > 0) {
                wait();
            }
        }
    }
}
