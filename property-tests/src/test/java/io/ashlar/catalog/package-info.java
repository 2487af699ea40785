/** Tests of the catalog that need a whole store, and a way into it that users do not have. */
@NullMarked
package io.ashlar.catalog;

import org.jspecify.annotations.NullMarked;
