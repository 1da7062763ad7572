import KoQuant
import Testing

@Suite struct ByteCountTests {
  @Test(arguments: [
    ("0", 0), ("1048576", 1_048_576), ("5B", 5), ("48MiB", 48 << 20), ("1GiB", 1 << 30), ("2g", 2 << 30),
    ("3K", 3072), ("22.5MiB", 45 << 19), ("0.1KB", 100), (".5g", 1 << 29), ("1.9", 1),
    ("1.0000001MiB", 1 << 20), ("7kib", 7168), ("500MB", 500_000_000), ("1KB", 1000), ("1gb", 1_000_000_000),
  ])
  func sizes(text: String, bytes: Int) {
    #expect(ByteCount.parse(text.utf8) == bytes)
  }

  @Test(arguments: [
    "", "MiB", "-1", "+1", "1.GiB", "1.2.3", ".", ".MiB", "1M.5", "1 MiB", "1TiB", "12XB", "0x10", "٣MiB",
    "9223372036854775808",
    "9223372036854775807K", "auto",
  ])
  func nonsense(text: String) {
    #expect(ByteCount.parse(text.utf8) == nil)
  }

  @Test func printedSizesAreRoundedUp() {
    #expect(ByteCount.mebibytes(0) == "0.0 MiB" && ByteCount.mebibytes(1) == "0.1 MiB")
    #expect(ByteCount.mebibytes(48 << 20) == "48.0 MiB" && ByteCount.mebibytes((48 << 20) + 1) == "48.1 MiB")
  }
}
