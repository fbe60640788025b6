package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The page in a real browser. Wants Chromium and its driver; without them it is skipped, but in CI it fails. */
@OrderServiceTest
final class OrderPageIT {

    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    @SuppressWarnings("NullAway.Init")
    private static ChromeDriver browser;

    @LocalServerPort
    private int port;

    @BeforeAll
    static void openBrowser() throws IOException {
        boolean installed = BROWSER.canExecute() && DRIVER.canExecute();
        if (!Boolean.parseBoolean(System.getenv("AMQP10_CI"))) {
            assumeTrue(installed, "skipped: there is no " + BROWSER + " or no " + DRIVER);
        }
        assertThat(installed).as("%s and %s are there", BROWSER, DRIVER).isTrue();
        // no @TempDir: processes of a browser that was left write to it for a moment, and then it cannot be deleted
        Path profile = Files.createTempDirectory(Files.createDirectories(Path.of("target", "browsers")), "profile-");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile.toAbsolutePath());
        // names the driver, else Selenium would look for one in the net
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER)
                .usingAnyFreePort()
                .withTimeout(OrderClient.PATIENCE)
                .build();
        browser = new ChromeDriver(service, options);
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void openPage() {
        browser.get("http://127.0.0.1:" + port + "/");
    }

    /** Other tests use the same broker, even if the one that stops it failed. */
    @AfterEach
    void startBroker(@Autowired EmbeddedBroker broker) {
        broker.start();
    }

    @Test
    void orderIsSeenProcessed() {
        fill("item", "Hot chocolate");
        fill("quantity", "3");
        browser.findElement(By.id("place")).click();

        awaitRow("3 × Hot chocolate", "DONE", "Done", "Broker’s answer: accepted");
        assertThat(Integer.parseInt(text("count-done"))).isPositive();
    }

    @Test
    void poisonedOrderIsSeenRejected() {
        browser.findElement(By.id("place-poison")).click();

        awaitRow(
                "1 × Poison",
                "DEAD_LETTERED",
                "Rejected",
                "Poison is not sold here.",
                "The broker moved it to the dead-letter queue.");
        assertThat(Integer.parseInt(text("count-rejected"))).isPositive();
    }

    @Test
    void invalidFieldsSayWhatIsWrong() {
        fill("item", "");
        fill("quantity", "0");
        browser.findElement(By.id("place")).click();

        await().atMost(OrderClient.PATIENCE).untilAsserted(() -> {
            assertThat(text("item-error")).isEqualTo("Say what you would like.");
            assertThat(text("quantity-error")).isEqualTo("At least 1.");
        });
        assertThat(browser.findElement(By.id("item")).getDomAttribute("aria-invalid"))
                .isEqualTo("true");
    }

    @Test
    void brokerIsSeenGoingAndComing() {
        awaitText("health", "Connected");
        browser.findElement(By.id("broker-switch")).click();
        awaitText("health", "Not connected");
        awaitText("broker-switch", "Start the broker");
        String item = "Tea " + UUID.randomUUID().toString().substring(0, 8);
        fill("item", item);
        browser.findElement(By.id("place")).click();
        awaitRow("1 × " + item, "PLACED", "Placed");
        // not before the answer to the first click, which may come after the page has seen what it did
        await().atMost(OrderClient.PATIENCE)
                .until(() -> browser.findElement(By.id("broker-switch")).isEnabled());
        browser.findElement(By.id("broker-switch")).click();

        awaitText("health", "Connected");
        awaitRow("1 × " + item, "DONE", "Done");
    }

    @Test
    void linksLeadToHealthAndMetrics() {
        assertThat(browser.findElements(By.cssSelector("nav a")))
                .extracting(link ->
                        Objects.requireNonNull(link.getDomProperty("href")).replaceFirst("^http://[^/]+", ""))
                .containsExactly(
                        "/actuator/health",
                        "/actuator/metrics",
                        "/actuator/metrics/amqp10.send",
                        "/actuator/metrics/amqp10.receive",
                        "/orders");
    }

    private void fill(String id, String value) {
        WebElement field = browser.findElement(By.id(id));
        field.clear();
        field.sendKeys(value);
    }

    private String text(String id) {
        return browser.findElement(By.id(id)).getText();
    }

    private void awaitText(String id, String expected) {
        await().atMost(OrderClient.PATIENCE)
                .untilAsserted(() -> assertThat(text(id)).isEqualTo(expected));
    }

    private void awaitRow(String what, String status, String... texts) {
        await().atMost(OrderClient.PATIENCE)
                .ignoreException(StaleElementReferenceException.class)
                .untilAsserted(() -> {
                    List<WebElement> rows = browser.findElements(By.cssSelector("#orders tr"));
                    assertThat(rows).anySatisfy(row -> {
                        assertThat(row.getText()).contains(what).contains(texts);
                        assertThat(row.getDomAttribute("data-status")).isEqualTo(status);
                    });
                });
    }
}
