/** Tests of the command line, in this process and in one of its own. */
@NullMarked
package io.amqp10.cli;

import org.jspecify.annotations.NullMarked;
