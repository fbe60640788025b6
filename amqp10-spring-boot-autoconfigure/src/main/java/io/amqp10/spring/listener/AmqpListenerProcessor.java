package io.amqp10.spring.listener;

import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.annotation.AmqpListeners;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the {@link AmqpListener} methods of all beans and adds a listener for each to the {@link AmqpListenerRegistry}. Must
 * be declared by a static method, as it is needed early.
 */
public final class AmqpListenerProcessor implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

    private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();
    private final List<Found> found = new ArrayList<>();
    private final Map<String, Integer> names = new ConcurrentHashMap<>();
    private @Nullable ConfigurableBeanFactory beanFactory;
    private volatile boolean started;

    private record Found(AmqpListener listener, Object bean, String beanName, Method method) {}

    /** Makes a processor, which takes the {@link ListenerFactory} out of its bean factory when all beans are there. */
    public AmqpListenerProcessor() {}

    @Override
    public void setBeanFactory(BeanFactory value) {
        this.beanFactory = (ConfigurableBeanFactory) value;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (bean instanceof AopInfrastructureBean
                || withoutListeners.contains(type)
                || !AnnotationUtils.isCandidateClass(type, List.of(AmqpListener.class, AmqpListeners.class))) {
            return bean;
        }
        Map<Method, Set<AmqpListener>> methods =
                MethodIntrospector.selectMethods(type, AmqpListenerProcessor::listeners);
        if (methods.isEmpty()) {
            withoutListeners.add(type);
            return bean;
        }
        methods.forEach((method, listeners) -> {
            Method callable = AopUtils.selectInvocableMethod(method, bean.getClass());
            listeners.forEach(listener -> add(new Found(listener, bean, beanName, callable)));
        });
        return bean;
    }

    private static @Nullable Set<AmqpListener> listeners(Method method) {
        Set<AmqpListener> listeners = new LinkedHashSet<>(
                AnnotatedElementUtils.findMergedRepeatableAnnotations(method, AmqpListener.class, AmqpListeners.class));
        return listeners.isEmpty() ? null : listeners;
    }

    private void add(Found listener) {
        if (started) {
            register(listener); // a bean that is made late
        } else {
            found.add(listener);
        }
    }

    @Override
    public void afterSingletonsInstantiated() {
        started = true;
        found.forEach(this::register);
        found.clear();
        withoutListeners.clear();
    }

    private void register(Found listener) {
        ConfigurableBeanFactory beans = beanFactory;
        if (beans == null) {
            throw new IllegalStateException("the processor has no bean factory");
        }
        ListenerFactory factory = beans.getBean(ListenerFactory.class);
        String name = listener.beanName() + "." + listener.method().getName();
        int number = names.merge(name, 1, Integer::sum);
        ListenerDefinition definition = new ListenerAttributes(beans, factory.defaults())
                .read(
                        listener.listener(),
                        listener.bean(),
                        number == 1 ? name : name + "#" + number,
                        listener.method());
        factory.register(definition);
    }
}
