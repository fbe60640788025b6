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
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ListableBeanFactory;
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
    private boolean started;

    /**
     * A listener that was found.
     *
     * @param method has the annotations, in the class of the bean or of what is behind its proxy
     * @param callable is that method, or the one of an interface that the bean's proxy has for it
     */
    private record Found(AmqpListener listener, Object bean, String beanName, Method method, Method callable) {}

    /** Makes a processor, which takes the {@link ListenerFactory} out of its bean factory when all beans are there. */
    public AmqpListenerProcessor() {}

    @Override
    public void setBeanFactory(BeanFactory value) {
        this.beanFactory = (ConfigurableBeanFactory) value;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (bean instanceof AopInfrastructureBean && !(bean instanceof ScopedObject)
                || ScopedProxyUtils.isScopedTarget(beanName) // its proxy, which stays, has the listeners
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
        checkSingleton(beanName, methods.keySet());
        methods.forEach((method, listeners) -> {
            Method callable = callable(method, bean);
            listeners.forEach(listener -> add(new Found(listener, bean, beanName, method, callable)));
        });
        return bean;
    }

    private static @Nullable Set<AmqpListener> listeners(Method method) {
        Set<AmqpListener> listeners = new LinkedHashSet<>(
                AnnotatedElementUtils.findMergedRepeatableAnnotations(method, AmqpListener.class, AmqpListeners.class));
        return listeners.isEmpty() ? null : listeners;
    }

    private void checkSingleton(String beanName, Set<Method> methods) {
        ConfigurableBeanFactory beans = beanFactory();
        if (beans.containsBean(beanName) && !beans.isSingleton(beanName)) {
            throw new InvalidListenerException(
                    "The @AmqpListener at " + methods.iterator().next() + " is in the bean '" + beanName
                            + "', which is no singleton: each of its instances would listen, and for ever. Make the bean a"
                            + " singleton.",
                    null);
        }
    }

    private static Method callable(Method method, Object bean) {
        try {
            return AopUtils.selectInvocableMethod(method, bean.getClass());
        } catch (IllegalStateException e) {
            throw new InvalidListenerException(
                    "The @AmqpListener at " + method + " cannot be called on its bean, which has a proxy: "
                            + e.getMessage(),
                    e);
        }
    }

    private void add(Found listener) {
        synchronized (found) {
            if (!started) {
                found.add(listener);
                return;
            }
        }
        register(listener); // a bean that is made late
    }

    @Override
    public void afterSingletonsInstantiated() {
        makeScopedProxies();
        List<Found> early;
        synchronized (found) {
            started = true;
            early = List.copyOf(found);
            found.clear();
        }
        early.forEach(this::register);
        withoutListeners.clear();
    }

    /** The proxy of a bean in a scope is made when somebody asks for it, which listeners do not wait for. */
    private void makeScopedProxies() {
        if (!(beanFactory instanceof ListableBeanFactory beans)) {
            return;
        }
        for (String name : beans.getBeanDefinitionNames()) {
            if (ScopedProxyUtils.isScopedTarget(name)) {
                Class<?> type = beans.getType(name, false);
                if (type != null
                        && !MethodIntrospector.selectMethods(type, AmqpListenerProcessor::listeners)
                                .isEmpty()) {
                    beans.getBean(ScopedProxyUtils.getOriginalBeanName(name));
                }
            }
        }
    }

    private ConfigurableBeanFactory beanFactory() {
        ConfigurableBeanFactory beans = beanFactory;
        if (beans == null) {
            throw new IllegalStateException("the processor has no bean factory");
        }
        return beans;
    }

    private void register(Found listener) {
        ConfigurableBeanFactory beans = beanFactory();
        ListenerFactory factory = beans.getBean(ListenerFactory.class);
        String name = listener.beanName() + "." + listener.method().getName();
        int number = names.merge(name, 1, Integer::sum);
        ListenerDefinition definition = new ListenerAttributes(beans, factory.defaults())
                .read(
                        listener.listener(),
                        listener.bean(),
                        number == 1 ? name : name + "#" + number,
                        listener.method(),
                        listener.callable());
        factory.register(definition);
    }
}
