// Qpid Proton C++ behind the command line of ClientProcess: CLIENT WORKLOAD BODY LINKS RATE, port, address and trust store
// to warm up with and the same to measure with, warm-up messages, warm-up ms, window ms, window messages, skip. It does what
// the Java clients do, all on the one thread of its container, and prints the same line of results. One link, no rate; the
// warm-up is in the connection that is measured. Where there is a trust store, a file in PEM of the same name is beside it.
#include <proton/connection.hpp>
#include <proton/connection_options.hpp>
#include <proton/container.hpp>
#include <proton/delivery.hpp>
#include <proton/error_condition.hpp>
#include <proton/message.hpp>
#include <proton/messaging_handler.hpp>
#include <proton/receiver.hpp>
#include <proton/receiver_options.hpp>
#include <proton/sender.hpp>
#include <proton/sender_options.hpp>
#include <proton/source_options.hpp>
#include <proton/ssl.hpp>
#include <proton/target_options.hpp>
#include <proton/tracker.hpp>
#include <proton/transport.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr int CREDIT_WINDOW = 1000;
constexpr int TO_AND_FRO = 500;
constexpr std::int64_t MAX_IN_FLIGHT = 2000;
constexpr std::int64_t MAX_BYTES_IN_FLIGHT = 32000000;
constexpr std::int64_t MIN_MESSAGES = 20;
constexpr std::int64_t WARM_UP_MILLIS = 20000;
constexpr std::int64_t MILLI = 1000000;
// The clocks are looked at once for so many messages, so that they cost nothing.
constexpr std::int64_t LOOK_EVERY = 64;

std::int64_t nanos(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return std::int64_t(now.tv_sec) * 1000000000 + now.tv_nsec;
}

struct task {
    std::string workload, port, address, trust;
    std::size_t body;
    std::int64_t warm_up_messages, warm_up_millis, millis, messages, skip;
    bool same_server;
};

class client : public proton::messaging_handler {
  public:
    explicit client(const task &t)
        : task_(t), body_(t.body, 'x'), requests_(t.workload == "REQUEST_REPLY"), echoes_(t.workload == "SEND_AND_RECEIVE"),
          settled_(t.workload == "SEND_SETTLED"),
          max_in_flight_(std::min(MAX_IN_FLIGHT, 2 * std::max(std::int64_t(1), MAX_BYTES_IN_FLIGHT / 2 / std::int64_t(t.body)))) {
        for (std::size_t i = 0; i < body_.size(); i++) {
            body_[i] = char('a' + i % 26);
        }
    }

    int result() const {
        if (!ended_) {
            return 1;
        }
        std::vector<std::int64_t> sorted(latencies_);
        std::sort(sorted.begin(), sorted.end());
        auto percentile = [&](double share) {
            return sorted.empty() ? 0 : sorted[std::min(sorted.size() - 1, std::size_t(share * double(sorted.size())))];
        };
        std::cout << "RESULT messages=" << end_messages_ - start_messages_ << " nanos=" << end_nanos_ - start_nanos_
                  << " cpuNanos=" << end_cpu_ - start_cpu_ << " totalSent=" << sent_ << " totalCompleted=" << completed_
                  << " p50Nanos=" << percentile(0.5) << " p99Nanos=" << percentile(0.99)
                  << " p999Nanos=" << percentile(0.999) << " maxNanos=" << (sorted.empty() ? 0 : sorted.back()) << std::endl;
        return 0;
    }

    void on_container_start(proton::container &container) override {
        begun_ = nanos(CLOCK_MONOTONIC);
        if (task_.trust.empty()) {
            container.connect("amqp://127.0.0.1:" + task_.port);
        } else {
            proton::ssl_client_options tls(task_.trust, proton::ssl::VERIFY_PEER);
            container.connect("amqps://127.0.0.1:" + task_.port, proton::connection_options().ssl_client_options(tls));
        }
    }

    void on_connection_open(proton::connection &connection) override {
        connection_ = connection;
        std::string replies = task_.address == "echo" ? "reply" : task_.address;
        if (task_.workload == "RECEIVE" || requests_ || echoes_) {
            connection.open_receiver(
                requests_ || echoes_ ? replies : task_.address,
                proton::receiver_options()
                    .credit_window(CREDIT_WINDOW)
                    .auto_accept(true)
                    .source(proton::source_options().capabilities({"queue"})));
        }
        if (task_.workload != "RECEIVE" && !requests_ && !echoes_) {
            open_sender();
        }
    }

    // After the receiver, so that there is credit for what comes back.
    void on_receiver_open(proton::receiver &) override {
        if (requests_ || echoes_) {
            open_sender();
        }
    }

    void on_sendable(proton::sender &sender) override {
        sender_ = sender;
        if (requests_) {
            if (sent_ == 0) {
                request();
            }
        } else if (echoes_) {
            while (sent_ < TO_AND_FRO && !stopped_) {
                send();
            }
        } else {
            pump();
        }
    }

    void on_tracker_accept(proton::tracker &) override {
        if (requests_ || echoes_) {
            return;
        }
        complete();
        if (sent_ - completed_ <= max_in_flight_ / 2) {
            pump();
        }
    }

    void on_message(proton::delivery &, proton::message &message) override {
        if (ended_) {
            return; // what comes behind the close is not accepted any more
        }
        if (proton::get<proton::binary>(message.body()).size() != task_.body) {
            std::cerr << "not the body that was sent" << std::endl;
            std::exit(1);
        }
        if (requests_) {
            std::int64_t now = nanos(CLOCK_MONOTONIC);
            if (recording_) {
                latencies_.push_back(now - request_at_);
            }
        }
        complete();
        if (requests_ && !stopped_) {
            request();
        } else if (echoes_ && !stopped_) {
            send();
        }
        end_if_done();
    }

    void on_error(const proton::error_condition &error) override {
        std::cerr << "Proton C++: " << error.what() << std::endl;
        std::exit(1);
    }

  private:
    const task task_;
    std::string body_;
    const bool requests_, echoes_, settled_;
    const std::int64_t max_in_flight_;
    proton::connection connection_;
    proton::sender sender_;
    std::vector<std::int64_t> latencies_;
    std::int64_t begun_ = 0, sent_ = 0, completed_ = 0, request_at_ = 0;
    std::int64_t start_messages_ = 0, start_nanos_ = 0, start_cpu_ = 0, end_messages_ = 0, end_nanos_ = 0, end_cpu_ = 0;
    bool recording_ = false, stopped_ = false, ended_ = false;

    void open_sender() {
        proton::sender_options options;
        options.target(proton::target_options().capabilities({"queue"}));
        options.delivery_mode(settled_ ? proton::delivery_mode::AT_MOST_ONCE : proton::delivery_mode::AT_LEAST_ONCE);
        connection_.open_sender(task_.address, options);
    }

    void send() {
        proton::message message;
        message.body(proton::binary(body_));
        if (requests_) {
            message.reply_to(task_.address == "echo" ? "reply" : task_.address);
        }
        sender_.send(message);
        sent_++;
    }

    void request() {
        request_at_ = nanos(CLOCK_MONOTONIC);
        send();
    }

    void pump() {
        while (!stopped_ && sender_.credit() > 0 && (settled_ || sent_ - completed_ < max_in_flight_)) {
            send();
            if (settled_) {
                complete();
            }
        }
        end_if_done();
    }

    void complete() {
        completed_++;
        if (stopped_ || (!requests_ && task_.body < 100000 && completed_ % LOOK_EVERY != 0)) {
            return;
        }
        std::int64_t now = nanos(CLOCK_MONOTONIC);
        if (!recording_) {
            bool late = now - begun_ > WARM_UP_MILLIS * MILLI;
            std::int64_t warm = task_.same_server ? task_.warm_up_messages : task_.skip;
            bool long_enough = !task_.same_server || now - begun_ >= task_.warm_up_millis * MILLI;
            if (completed_ >= MIN_MESSAGES && (late || (completed_ >= warm && long_enough))) {
                recording_ = true;
                start_messages_ = completed_;
                start_nanos_ = now;
                start_cpu_ = nanos(CLOCK_PROCESS_CPUTIME_ID);
            }
            return;
        }
        std::int64_t done = completed_ - start_messages_;
        if (done >= MIN_MESSAGES && (done >= task_.messages || now - start_nanos_ >= task_.millis * MILLI)) {
            end_messages_ = completed_;
            end_nanos_ = now;
            end_cpu_ = nanos(CLOCK_PROCESS_CPUTIME_ID);
            stopped_ = true;
        }
    }

    void end_if_done() {
        if (stopped_ && !ended_ && (task_.workload == "RECEIVE" || completed_ >= sent_)) {
            ended_ = true;
            connection_.close();
        }
    }
};

}  // namespace

int main(int count, char **arguments) {
    // What follows the first sixteen is about workloads that this client takes no part in.
    if (count < 17) {
        std::cerr << "sixteen arguments are needed at least" << std::endl;
        return 2;
    }
    task t;
    t.workload = arguments[2];
    t.body = std::size_t(std::stoul(arguments[3]));
    t.port = arguments[9];
    t.address = arguments[10];
    std::string store = arguments[11];
    t.trust = store.empty() ? "" : store + ".pem";
    t.same_server = std::string(arguments[6]) == t.port;
    t.warm_up_messages = std::stoll(arguments[12]);
    t.warm_up_millis = std::stoll(arguments[13]);
    t.millis = std::stoll(arguments[14]);
    t.messages = std::stoll(arguments[15]);
    t.skip = std::stoll(arguments[16]);
    client handler(t);
    proton::container(handler).run();
    return handler.result();
}
