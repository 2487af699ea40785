/** Parts of the backends' package of the same name, reached for fuzzing. */
package io.ashlar.backend.local;
