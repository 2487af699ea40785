package io.ashlar.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.erasure.KernelProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class VectorKernelProviderTest {
    private final KernelProvider provider =
            ServiceLoader.load(KernelProvider.class).findFirst().orElseThrow();

    @Test
    void shouldOfferKernelsWhereVectorsAreLongAndSayWhyNotElsewhere() {
        assertThat(provider).isInstanceOf(VectorKernelProvider.class);
        if (VectorKernels.vectorBytes() >= 64) {
            assertThat(provider.open().name()).isEqualTo("vector (512 bits)");
        } else {
            assertThatThrownBy(provider::open)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("vectors of this processor");
        }
    }
}
