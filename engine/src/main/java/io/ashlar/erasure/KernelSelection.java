package io.ashlar.erasure;

import com.backblaze.erasure.CodingLoop;
import io.ashlar.spi.Clock;
import io.ashlar.spi.Threads;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Which kernels this process uses: there is one processor, so there is one answer. Safe for use by many threads.
 *
 * <p>The answer is {@link PlainKernels} until {@link #begin} has found others and they have won a {@link KernelTrial}: everywhere for
 * each shape of coding, and for hashing. Whoever keeps a loop or a hash for long asks {@link #current} again now and then.
 */
public final class KernelSelection {
    private static final System.Logger LOG = System.getLogger(KernelSelection.class.getName());
    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private static volatile Kernels current = PlainKernels.INSTANCE;

    private KernelSelection() {}

    /**
     * Tells what to use now.
     *
     * @return the best kernels known so far; the answer changes at most once
     */
    public static Kernels current() {
        return current;
    }

    /**
     * Looks for other kernels, the first time that it is called in a process. Where there are some, a thread tries them: a second or two
     * of one processor, while the plain ones do the work. Where there are some that cannot run, a line in the log says what would
     * change that.
     *
     * @param clock times them
     * @param threads starts the thread
     */
    public static void begin(Clock clock, Threads threads) {
        if (!BEGUN.compareAndSet(false, true)) {
            return;
        }
        ServiceLoader<KernelProvider> providers =
                ServiceLoader.load(KernelProvider.class, KernelProvider.class.getClassLoader());
        Iterator<KernelProvider> each = providers.iterator();
        while (hasNext(each)) {
            try {
                Kernels kernels = each.next().open();
                threads.start("ashlar-kernels", () -> tryOut(kernels, clock));
                return;
            } catch (UnsupportedOperationException e) {
                LOG.log(System.Logger.Level.INFO, "{0}", e.getMessage());
            } catch (ServiceConfigurationError | LinkageError e) {
                LOG.log(System.Logger.Level.WARNING, "kernels on the class path do not fit this JDK or this engine", e);
            }
        }
    }

    private static boolean hasNext(Iterator<KernelProvider> providers) {
        try {
            return providers.hasNext();
        } catch (ServiceConfigurationError e) {
            LOG.log(System.Logger.Level.WARNING, "the list of kernels on the class path cannot be read", e);
            return false;
        }
    }

    private static void tryOut(Kernels kernels, Clock clock) {
        try {
            current = choose(kernels, clock);
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    kernels.name() + " kernels failed when they were tried and are not used",
                    e);
        }
    }

    /** Tries kernels, on this thread. */
    static Kernels choose(Kernels kernels, Clock clock) {
        KernelTrial trial = new KernelTrial(PlainKernels.INSTANCE, kernels, clock);
        KernelTrial.Result coding = trial.coding();
        KernelTrial.Result hashing = trial.hashing();
        boolean equal = coding.equal() && hashing.equal();
        LOG.log(
                equal ? System.Logger.Level.INFO : System.Logger.Level.ERROR,
                "{0} kernels: coding {1}, hashing {2}",
                kernels.name(),
                coding,
                hashing);
        // Who is wrong about one thing is not asked about another.
        if (!equal || !(coding.faster() || hashing.faster())) {
            return PlainKernels.INSTANCE;
        }
        Kernels plain = PlainKernels.INSTANCE;
        return new Chosen(kernels.name(), coding.faster() ? kernels : plain, hashing.faster() ? kernels : plain);
    }

    /** The better ones of each kind. */
    private record Chosen(String name, Kernels coding, Kernels hashing) implements Kernels {
        @Override
        public CodingLoop newCodingLoop() {
            return coding.newCodingLoop();
        }

        @Override
        public Xxh3 newXxh3() {
            return hashing.newXxh3();
        }
    }
}
