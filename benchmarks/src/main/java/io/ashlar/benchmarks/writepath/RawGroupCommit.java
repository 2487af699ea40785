package io.ashlar.benchmarks.writepath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Many threads append to one preallocated file; whoever finds nobody forcing gathers for a moment, then writes and forces for all
 * that wait. Nothing is hashed, indexed or checked: a group commit and nothing else.
 */
record RawGroupCommit(String name, int operationBytes, int threads, long gatherNanos) implements Contender {
    @Override
    public String limit() {
        return name;
    }

    private static final class Log {
        private final FileChannel channel;
        private final long gatherNanos;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private ByteBuffer batch = ByteBuffer.allocateDirect(1 << 20);
        private ByteBuffer other = ByteBuffer.allocateDirect(1 << 20);
        private long appended;
        private long durable;
        private boolean led;
        private long at;

        Log(FileChannel channel, long gatherNanos) {
            this.channel = channel;
            this.gatherNanos = gatherNanos;
        }

        void commit(ByteBuffer record) throws IOException {
            long mine = append(record);
            while (!isDurable(mine)) {
                gather();
                lead();
            }
        }

        private long append(ByteBuffer record) {
            lock.lock();
            try {
                batch.put(record);
                return ++appended;
            } finally {
                lock.unlock();
            }
        }

        /** Waits for a record; gives up, and leads, when nobody else does. */
        private boolean isDurable(long record) {
            lock.lock();
            try {
                while (led && durable < record) {
                    changed.awaitUninterruptibly();
                }
                led |= durable < record;
                return durable >= record;
            } finally {
                lock.unlock();
            }
        }

        @SuppressWarnings("ThreadPriorityCheck") // whoever is about to append may need this processor
        private void gather() {
            long until = System.nanoTime() + gatherNanos;
            while (System.nanoTime() < until) {
                Thread.yield();
            }
        }

        private void lead() throws IOException {
            long last = swap();
            ByteBuffer full = other.flip();
            int bytes = full.remaining();
            at = at + bytes > RawAppend.FILE_BYTES ? 0 : at;
            RawAppend.writeFully(channel, full, at);
            channel.force(false);
            at += bytes;
            full.clear();
            lock.lock();
            try {
                durable = last;
                led = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private long swap() {
            lock.lock();
            try {
                ByteBuffer full = batch;
                batch = other;
                other = full;
                return appended;
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public Round prepare(Path directory) throws IOException {
        FileChannel channel = RawAppend.preallocated(directory.resolve("raw"));
        Log log = new Log(channel, gatherNanos);
        return new Round() {
            @Override
            public void run(Stopwatch watch) throws Exception {
                Crew.run(threads, watch, (ordinal, lane) -> {
                    Content content = new Content(operationBytes);
                    while (lane.running()) {
                        ByteBuffer next = content.next();
                        long started = System.nanoTime();
                        log.commit(next);
                        lane.done(started);
                    }
                });
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
