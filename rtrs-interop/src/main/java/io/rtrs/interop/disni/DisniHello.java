package io.rtrs.interop.disni;

import com.ibm.disni.RdmaActiveEndpointGroup;
import com.ibm.disni.RdmaServerEndpoint;
import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.VerbsProviders;

import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * DiSNI's endpoint classes on our providers: a server and a client in one process exchange a message each way.
 *
 * <p>{@code DisniHello ADDRESS [PROVIDER]}: an address of an RDMA device of this machine; the provider's name, by default
 * the automatic choice. The exit code is 0 only if both messages arrived.
 */
public final class DisniHello {
    private static final int PORT = 7470;
    private static final int TIMEOUT_MS = 1000;
    private static final int WORK_REQUESTS = 8;
    private static final String QUESTION = "hello from the client";
    private static final String ANSWER = "hello from the server";

    private DisniHello() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        InetAddress address = InetAddress.getByName(args[0]);
        DisniProvider.install();
        DisniProvider.setDefault(args.length > 1 ? VerbsProviders.named(args[1]) : VerbsProviders.automatic(address));
        boolean right = exchange(new InetSocketAddress(address, PORT), out);
        out.println(right ? "both messages arrived" : "a message is wrong");
        out.flush();
        System.exit(right ? 0 : 1); // DiSNI's completion threads never end
    }

    /** From here on: only DiSNI. */
    private static boolean exchange(InetSocketAddress address, PrintStream out) throws Exception {
        RdmaActiveEndpointGroup<MessageEndpoint> servers = group();
        RdmaActiveEndpointGroup<MessageEndpoint> clients = group();
        RdmaServerEndpoint<MessageEndpoint> listener = servers.createServerEndpoint();
        listener.bind(address, WORK_REQUESTS);
        CompletableFuture<MessageEndpoint> accepting = CompletableFuture.supplyAsync(() -> accept(listener));

        MessageEndpoint client = clients.createEndpoint();
        client.connect(address, TIMEOUT_MS);
        MessageEndpoint server = accepting.get();
        client.send(QUESTION);
        String question = server.receive();
        out.println("the server received: " + question);
        server.send(ANSWER);
        String answer = client.receive();
        out.println("the client received: " + answer);

        client.close();
        server.close();
        client.free();
        server.free();
        listener.close();
        return question.equals(QUESTION) && answer.equals(ANSWER);
    }

    private static RdmaActiveEndpointGroup<MessageEndpoint> group() throws Exception {
        RdmaActiveEndpointGroup<MessageEndpoint> group =
                new RdmaActiveEndpointGroup<>(TIMEOUT_MS, false, WORK_REQUESTS, 1, 2 * WORK_REQUESTS);
        group.init((id, serverSide) -> new MessageEndpoint(group, id, serverSide));
        return group;
    }

    private static MessageEndpoint accept(RdmaServerEndpoint<MessageEndpoint> listener) {
        try {
            return listener.accept();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
