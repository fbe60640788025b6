package io.amqp10.spring.listener;

import java.lang.reflect.Method;

/**
 * A listener method and what its annotation says, with placeholders and expressions resolved.
 *
 * @param id its id
 * @param address where it receives from
 * @param bean whose method it is
 * @param method the method, callable on the bean
 * @param options how it works
 */
record ListenerDefinition(String id, String address, Object bean, Method method, ListenerOptions options) {}
