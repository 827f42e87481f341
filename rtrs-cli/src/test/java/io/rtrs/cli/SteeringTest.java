package io.rtrs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RtrsClient;
import io.rtrs.core.Status;
import io.rtrs.core.management.BeanSet;
import io.rtrs.core.management.ManagedBean;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import javax.management.DynamicMBean;

/** {@code rtrs path} on processes in which it is not plain what is meant, or which fail. */
@EnabledOnOs(OS.LINUX)
class SteeringTest {
    private static final String PATH = "ip:127.0.0.1@ip:127.0.0.1";

    private static Process start(Class<?> program) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Run path(Process process, String command, String path, String session) {
        return Run.of("path", command, path, "--pid", Long.toString(process.pid()), "--session", session);
    }

    @Test
    void ofSessionsOfOneNameTheIdentitySaysWhich() throws Exception {
        Process twins = start(Twins.class);
        try {
            BufferedReader says = twins.inputReader();
            String first = "twins#" + says.readLine();
            String second = "twins#" + says.readLine();
            for (String command : new String[] {"disconnect", "reconnect", "remove"}) {
                Run either = path(twins, command, PATH, "twins");
                assertThat(either.exit()).isEqualTo(1);
                assertThat(either.err())
                        .contains("may be each of ", PATH + " of " + first, PATH + " of " + second)
                        .hasLineCount(1);
            }
            Run add = path(twins, "add", "ip:127.0.0.2@ip:127.0.0.1", "twins");
            assertThat(add.exit()).isEqualTo(1);
            assertThat(add.err()).contains("which --session? ", first, second).hasLineCount(1);
            String pid = Long.toString(twins.pid());
            assertThat(Run.of("stat", pid).out()).contains("session \"twins\"", "session \"" + second + "\"");

            Run disconnect = path(twins, "disconnect", PATH, second);
            assertThat(disconnect.exit()).as(disconnect.err()).isZero();
            Run again = path(twins, "remove", PATH, second);
            assertThat(again.exit()).as(again.err()).isZero();
            Run of = path(twins, "disconnect", PATH, first); // and that of the other one is still there
            assertThat(of.exit()).as(of.err()).isZero();
        } finally {
            twins.destroyForcibly();
        }
    }

    /** Two sessions of one name, with their servers. */
    static final class Twins {
        private Twins() {}

        /** Says who they are, and waits for the end of its input. */
        public static void main(String[] args) throws IOException {
            VerbsProvider provider = VerbsProviders.named("inprocess");
            try (RtrsServer one = server(provider);
                    RtrsServer other = server(provider);
                    ClientSession first = session(provider, one);
                    ClientSession second = session(provider, other)) {
                System.out.println(first.uuid());
                System.out.println(second.uuid());
                System.out.flush();
                System.in.readAllBytes();
            }
        }

        private static RtrsServer server(VerbsProvider provider) throws IOException {
            return RtrsServer.builder()
                    .listen(new InetSocketAddress("127.0.0.1", 0))
                    .provider(provider)
                    .queueDepth(8)
                    .chunkSize(8192)
                    .handler((operation, handle) -> operation.respond(handle, Status.OK))
                    .start();
        }

        private static ClientSession session(VerbsProvider provider, RtrsServer server) throws IOException {
            return RtrsClient.builder()
                    .sessionName("twins")
                    .path("ip:127.0.0.1@ip:127.0.0.1")
                    .port(server.localAddresses().getFirst().getPort())
                    .provider(provider)
                    .ioConnections(1)
                    .open();
        }
    }

    @Test
    void aDefectOfTheProcessIsOneSentenceWithItsCause() throws Exception {
        Process broken = start(Broken.class);
        try {
            assertThat(broken.inputReader().readLine()).isEqualTo("ready");
            Run run = path(broken, "disconnect", "ip:1", "broken");
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err())
                    .isEqualTo("rtrs path disconnect: disconnect of path ip:1 of session broken: thrown by the test"
                            + System.lineSeparator());
        } finally {
            broken.destroyForcibly();
        }
    }

    /** A process of another version, whose bean throws what the management wraps. */
    static final class Broken {
        private Broken() {}

        /** Waits for the end of its input. */
        public static void main(String[] args) throws Exception {
            ManagedBean bean = new ManagedBean("A path.")
                    .text("name", "Its name.", () -> "ip:1")
                    .text("session", "Its session.", () -> "broken");
            DynamicMBean thrower = (DynamicMBean) Proxy.newProxyInstance(
                    Broken.class.getClassLoader(), new Class<?>[] {DynamicMBean.class}, (self, method, arguments) -> {
                        if (method.getName().equals("setAttribute")) {
                            throw new IllegalStateException("thrown by the test");
                        }
                        try {
                            return method.invoke(bean, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    });
            ManagementFactory.getPlatformMBeanServer()
                    .registerMBean(thrower, BeanSet.name("ClientPath", "session", "broken", "path", "ip:1"));
            System.out.println("ready");
            System.out.flush();
            System.in.readAllBytes();
        }
    }
}
