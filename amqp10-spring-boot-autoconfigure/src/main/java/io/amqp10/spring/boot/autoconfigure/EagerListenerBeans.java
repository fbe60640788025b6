package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.annotation.AmqpListeners;
import java.util.List;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** Has beans made that listen also where {@code spring.main.lazy-initialization} has others wait: nobody asks for them. */
final class EagerListenerBeans implements LazyInitializationExcludeFilter {

    @Override
    public boolean isExcluded(String beanName, BeanDefinition beanDefinition, Class<?> beanType) {
        return AnnotationUtils.isCandidateClass(beanType, List.of(AmqpListener.class, AmqpListeners.class))
                && !MethodIntrospector.selectMethods(beanType, (MethodIntrospector.MetadataLookup<Boolean>)
                                method -> AnnotatedElementUtils.hasAnnotation(method, AmqpListener.class)
                                                || AnnotatedElementUtils.hasAnnotation(method, AmqpListeners.class)
                                        ? Boolean.TRUE
                                        : null)
                        .isEmpty();
    }
}
