package io.ashlar.testkit;

import java.util.function.BooleanSupplier;

/** Lets a script decide, sector by sector. */
final class SimulatedPlay implements SimulatedFate {
    private final SimulatedScript script;
    private final int sectorBytes;
    private String file = "";

    SimulatedPlay(SimulatedScript script, int sectorBytes) {
        this.script = script;
        this.sectorBytes = sectorBytes;
    }

    @Override
    public BooleanSupplier names() {
        return () -> true;
    }

    @Override
    public void begin(String name, long pendingBytes) {
        file = name;
    }

    @Override
    public boolean keepsCut() {
        return true;
    }

    @Override
    public void settle(SimulatedBytes image, long position, byte[] bytes) {
        int from = 0;
        while (from < bytes.length) {
            int length = (int) Math.min(bytes.length - from, sectorBytes - (position + from) % sectorBytes);
            int kept = switch (script.of(file, position + from, length)) {
                case KEPT -> length;
                case LOST -> 0;
                case TORN -> length / 2;
            };
            image.write(position + from, bytes, from, kept);
            from += length;
        }
    }
}
