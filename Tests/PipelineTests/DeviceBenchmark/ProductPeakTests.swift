import DeviceBenchmark
import Kernels
import KoQuant
import Testing

@Suite struct ProductPeakTests {
  @Test func everyTableThatHasOneMultipliesWhatItSays() throws {
    for table in KernelTable.available() {
      guard let peak = ProductPeak.of(table) else { continue }
      for (rounds, operand) in [(0, 1), (1, 1), (1, 3), (1000, 7)] {
        let expected = rounds * peak.multiplyAdds * operand * operand
        #expect(peak.run(rounds, Int8(operand)) == Int64(expected), "\(table.name), \(rounds) rounds")
      }
    }
  }

  #if arch(x86_64) || arch(arm64)
    @Test func everyTableHasOne() {
      for table in KernelTable.available() { #expect(ProductPeak.of(table) != nil, "\(table.name)") }
    }
  #endif
}
