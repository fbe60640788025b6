package io.amqp10.engine;

final class TagTable {}
