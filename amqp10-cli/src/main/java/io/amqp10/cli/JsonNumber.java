package io.amqp10.cli;

/**
 * A number of a JSON document, with every digit it was written with.
 *
 * @param text as it stands there
 */
record JsonNumber(String text) {

    @Override
    public String toString() {
        return text;
    }
}
