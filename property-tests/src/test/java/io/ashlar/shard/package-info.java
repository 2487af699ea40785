/** Parts of the engine's package of the same name, reached for fuzzing. */
package io.ashlar.shard;
