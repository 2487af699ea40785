package io.ashlar.kernels.vector;

import com.backblaze.erasure.CodingLoopBase;
import com.backblaze.erasure.Galois;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Multiplies in GF(2^8) by looking up both halves of a byte: a coefficient has 16 products with a low half and 16 with a high
 * one, which fit in a vector each, and a shuffle looks up one for every byte of another vector (Plank, Greenan and Miller,
 * "Screaming Fast Galois Field Arithmetic Using Intel SIMD Instructions", FAST 2013).
 *
 * <p>Up to four outputs are computed at once, so that an input is loaded and split once for all of them, and two vectors of each, so
 * that a table is loaded once for both. Sums stay in registers: an output is written once, and never read.
 *
 * <p>Safe for use by many threads; keeps no state.
 */
final class ShuffleCodingLoop extends CodingLoopBase {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final int N = BYTES.length();
    private static final int STEP = 2 * N;
    private static final int OUTPUTS_MAX = 4;

    /** Two tables for each coefficient, one for the low half and one for the high, each repeated until it fills a vector. */
    private static final int TABLE_BYTES = 2 * N;

    private static final byte[] TABLES = tables();
    private static final byte[] ZEROS = new byte[N];
    private static final ByteVector NIBBLE = ByteVector.broadcast(BYTES, (byte) 0x0F);

    private static byte[] tables() {
        byte[] tables = new byte[256 * TABLE_BYTES];
        for (int coefficient = 0; coefficient < 256; coefficient++) {
            byte[] products = Galois.MULTIPLICATION_TABLE[coefficient];
            int table = coefficient * TABLE_BYTES;
            for (int lane = 0; lane < N; lane++) {
                tables[table + lane] = products[lane & 0x0F];
                tables[table + N + lane] = products[(lane & 0x0F) << 4];
            }
        }
        return tables;
    }

    @Override
    public void codeSomeShards(
            byte[][] rows,
            byte[][] inputs,
            int inputCount,
            byte[][] outputs,
            int outputCount,
            int offset,
            int byteCount) {
        if (byteCount < STEP) {
            codeBytes(rows, inputs, inputCount, outputs, outputCount, offset, offset + byteCount);
            return;
        }
        int end = offset + byteCount;
        int whole = end - byteCount % STEP;
        codeVectors(rows, inputs, inputCount, outputs, outputCount, offset, whole);
        if (whole < end) {
            // Some bytes are computed twice, which harms nobody: no output is an input.
            codeVectors(rows, inputs, inputCount, outputs, outputCount, end - STEP, end);
        }
    }

    private static void codeVectors(
            byte[][] rows, byte[][] inputs, int inputCount, byte[][] outputs, int outputCount, int from, int to) {
        for (int first = 0; first < outputCount; first += OUTPUTS_MAX) {
            switch (outputCount - first) {
                case 1 -> code1(inputs, inputCount, rows, outputs, first, from, to);
                case 2 -> code2(inputs, inputCount, rows, outputs, first, from, to);
                case 3 -> code3(inputs, inputCount, rows, outputs, first, from, to);
                default -> code4(inputs, inputCount, rows, outputs, first, from, to);
            }
        }
    }

    /** What is too short for vectors, with the same tables. */
    private static void codeBytes(
            byte[][] rows, byte[][] inputs, int inputCount, byte[][] outputs, int outputCount, int from, int to) {
        for (int output = 0; output < outputCount; output++) {
            for (int at = from; at < to; at++) {
                int sum = 0;
                for (int input = 0; input < inputCount; input++) {
                    int table = (rows[output][input] & 0xFF) * TABLE_BYTES;
                    int value = inputs[input][at] & 0xFF;
                    sum ^= TABLES[table + (value & 0x0F)] ^ TABLES[table + N + (value >>> 4)];
                }
                outputs[output][at] = (byte) sum;
            }
        }
    }

    /** Computes one output. */
    private static void code1(
            byte[][] inputs, int count, byte[][] rows, byte[][] outputs, int first, int from, int to) {
        byte[] row0 = rows[first];
        byte[] out0 = outputs[first];
        for (int at = from; at < to; at += STEP) {
            ByteVector a0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            for (int i = 0; i < count; i++) {
                byte[] input = inputs[i];
                ByteVector a = ByteVector.fromArray(BYTES, input, at);
                ByteVector aLow = a.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector aHigh = a.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                ByteVector b = ByteVector.fromArray(BYTES, input, at + N);
                ByteVector bLow = b.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector bHigh = b.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                int table = (row0[i] & 0xFF) * TABLE_BYTES;
                ByteVector low = ByteVector.fromArray(BYTES, TABLES, table);
                ByteVector high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a0 = a0.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b0 = b0.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
            }
            a0.intoArray(out0, at);
            b0.intoArray(out0, at + N);
        }
    }

    /** Computes two outputs. */
    private static void code2(
            byte[][] inputs, int count, byte[][] rows, byte[][] outputs, int first, int from, int to) {
        byte[] row0 = rows[first];
        byte[] out0 = outputs[first];
        byte[] row1 = rows[first + 1];
        byte[] out1 = outputs[first + 1];
        for (int at = from; at < to; at += STEP) {
            ByteVector a0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector a1 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b1 = ByteVector.fromArray(BYTES, ZEROS, 0);
            for (int i = 0; i < count; i++) {
                byte[] input = inputs[i];
                ByteVector a = ByteVector.fromArray(BYTES, input, at);
                ByteVector aLow = a.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector aHigh = a.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                ByteVector b = ByteVector.fromArray(BYTES, input, at + N);
                ByteVector bLow = b.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector bHigh = b.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                int table = (row0[i] & 0xFF) * TABLE_BYTES;
                ByteVector low = ByteVector.fromArray(BYTES, TABLES, table);
                ByteVector high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a0 = a0.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b0 = b0.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
                table = (row1[i] & 0xFF) * TABLE_BYTES;
                low = ByteVector.fromArray(BYTES, TABLES, table);
                high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a1 = a1.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b1 = b1.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
            }
            a0.intoArray(out0, at);
            b0.intoArray(out0, at + N);
            a1.intoArray(out1, at);
            b1.intoArray(out1, at + N);
        }
    }

    /** Computes three outputs. */
    private static void code3(
            byte[][] inputs, int count, byte[][] rows, byte[][] outputs, int first, int from, int to) {
        byte[] row0 = rows[first];
        byte[] out0 = outputs[first];
        byte[] row1 = rows[first + 1];
        byte[] out1 = outputs[first + 1];
        byte[] row2 = rows[first + 2];
        byte[] out2 = outputs[first + 2];
        for (int at = from; at < to; at += STEP) {
            ByteVector a0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector a1 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b1 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector a2 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b2 = ByteVector.fromArray(BYTES, ZEROS, 0);
            for (int i = 0; i < count; i++) {
                byte[] input = inputs[i];
                ByteVector a = ByteVector.fromArray(BYTES, input, at);
                ByteVector aLow = a.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector aHigh = a.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                ByteVector b = ByteVector.fromArray(BYTES, input, at + N);
                ByteVector bLow = b.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector bHigh = b.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                int table = (row0[i] & 0xFF) * TABLE_BYTES;
                ByteVector low = ByteVector.fromArray(BYTES, TABLES, table);
                ByteVector high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a0 = a0.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b0 = b0.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
                table = (row1[i] & 0xFF) * TABLE_BYTES;
                low = ByteVector.fromArray(BYTES, TABLES, table);
                high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a1 = a1.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b1 = b1.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
                table = (row2[i] & 0xFF) * TABLE_BYTES;
                low = ByteVector.fromArray(BYTES, TABLES, table);
                high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a2 = a2.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b2 = b2.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
            }
            a0.intoArray(out0, at);
            b0.intoArray(out0, at + N);
            a1.intoArray(out1, at);
            b1.intoArray(out1, at + N);
            a2.intoArray(out2, at);
            b2.intoArray(out2, at + N);
        }
    }

    /** Computes four outputs. */
    private static void code4(
            byte[][] inputs, int count, byte[][] rows, byte[][] outputs, int first, int from, int to) {
        byte[] row0 = rows[first];
        byte[] out0 = outputs[first];
        byte[] row1 = rows[first + 1];
        byte[] out1 = outputs[first + 1];
        byte[] row2 = rows[first + 2];
        byte[] out2 = outputs[first + 2];
        byte[] row3 = rows[first + 3];
        byte[] out3 = outputs[first + 3];
        for (int at = from; at < to; at += STEP) {
            ByteVector a0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b0 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector a1 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b1 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector a2 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b2 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector a3 = ByteVector.fromArray(BYTES, ZEROS, 0);
            ByteVector b3 = ByteVector.fromArray(BYTES, ZEROS, 0);
            for (int i = 0; i < count; i++) {
                byte[] input = inputs[i];
                ByteVector a = ByteVector.fromArray(BYTES, input, at);
                ByteVector aLow = a.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector aHigh = a.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                ByteVector b = ByteVector.fromArray(BYTES, input, at + N);
                ByteVector bLow = b.lanewise(VectorOperators.AND, NIBBLE);
                ByteVector bHigh = b.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .lanewise(VectorOperators.AND, NIBBLE);
                int table = (row0[i] & 0xFF) * TABLE_BYTES;
                ByteVector low = ByteVector.fromArray(BYTES, TABLES, table);
                ByteVector high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a0 = a0.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b0 = b0.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
                table = (row1[i] & 0xFF) * TABLE_BYTES;
                low = ByteVector.fromArray(BYTES, TABLES, table);
                high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a1 = a1.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b1 = b1.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
                table = (row2[i] & 0xFF) * TABLE_BYTES;
                low = ByteVector.fromArray(BYTES, TABLES, table);
                high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a2 = a2.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b2 = b2.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
                table = (row3[i] & 0xFF) * TABLE_BYTES;
                low = ByteVector.fromArray(BYTES, TABLES, table);
                high = ByteVector.fromArray(BYTES, TABLES, table + N);
                a3 = a3.lanewise(VectorOperators.XOR, aLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, aHigh.selectFrom(high));
                b3 = b3.lanewise(VectorOperators.XOR, bLow.selectFrom(low))
                        .lanewise(VectorOperators.XOR, bHigh.selectFrom(high));
            }
            a0.intoArray(out0, at);
            b0.intoArray(out0, at + N);
            a1.intoArray(out1, at);
            b1.intoArray(out1, at + N);
            a2.intoArray(out2, at);
            b2.intoArray(out2, at + N);
            a3.intoArray(out3, at);
            b3.intoArray(out3, at + N);
        }
    }
}
