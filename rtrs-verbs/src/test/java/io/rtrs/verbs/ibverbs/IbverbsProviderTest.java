package io.rtrs.verbs.ibverbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;

class IbverbsProviderTest {

    @Test
    void theServiceLoaderFindsIt() {
        assertThat(VerbsProviders.all()).extracting(VerbsProvider::name).contains("ibverbs");
    }

    @Test
    void withoutALibraryOrADeviceItSaysWhatHelpsAndServesNothing() throws Exception {
        IbverbsProvider provider = new IbverbsProvider();
        String reason = provider.unavailable().orElse(null);
        assumeTrue(reason != null, "there is an RDMA device here");

        assertThat(reason).containsAnyOf("rdma link add", "apt-get install", "exists on Linux only", "amd64");
        assertThat(provider.serves(InetAddress.getByName("::"))).isFalse();
        assertThat(provider.serves(InetAddress.getLoopbackAddress())).isFalse();
        assertThatThrownBy(provider::cm).isInstanceOfSatisfying(VerbsException.class, e -> {
            assertThat(e).hasMessage(reason);
            assertThat(e.errno()).isEqualTo(19);
        });
    }
}
