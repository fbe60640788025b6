package io.amqp10.sample;

import jakarta.validation.Valid;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes orders, from the page or anyone else, and lists them. */
@RestController
@RequestMapping("/orders")
final class OrderController {

    private final OrderBook book;
    private final OrderSender sender;

    OrderController(OrderBook book, OrderSender sender) {
        this.book = book;
        this.sender = sender;
    }

    /** Answers at once; what becomes of the order is seen later. */
    @PostMapping
    ResponseEntity<TrackedOrder> place(@Valid @RequestBody NewOrder wanted) {
        Order order = new Order(
                UUID.randomUUID(),
                Objects.requireNonNull(wanted.item()).strip(),
                Objects.requireNonNull(wanted.quantity()),
                Instant.now());
        TrackedOrder placed = book.place(order);
        sender.send(order);
        return ResponseEntity.created(URI.create("/orders/" + order.id())).body(placed);
    }

    @GetMapping
    List<TrackedOrder> all() {
        return book.all();
    }

    @GetMapping("/{id}")
    ResponseEntity<TrackedOrder> one(@PathVariable UUID id) {
        return ResponseEntity.of(Optional.ofNullable(book.find(id)));
    }

    /** Says which field is wrong, in {@code errors}. */
    @ExceptionHandler
    ProblemDetail invalid(MethodArgumentNotValidException invalid) {
        TreeMap<String, String> errors = new TreeMap<>();
        invalid.getFieldErrors()
                .forEach(error -> errors.putIfAbsent(
                        error.getField(), Objects.requireNonNullElse(error.getDefaultMessage(), "This is not valid.")));
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "The order is not valid.");
        problem.setProperty("errors", errors);
        return problem;
    }
}
