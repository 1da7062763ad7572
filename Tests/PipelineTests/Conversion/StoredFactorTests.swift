import Conversion
import Testing

@Suite struct StoredFactorTests {
  /// Neighbours of 8 significant bits, the places between them, and what lies beyond.
  @Test func nearestOfEightBits() {
    #expect(StoredFactor.rounded(1) == 1)
    #expect(StoredFactor.rounded(1.0078125) == 1.0078125)
    #expect(StoredFactor.rounded(1.003906) == 1)
    #expect(StoredFactor.rounded(1.003907) == 1.0078125)
    // Ties to even.
    #expect(StoredFactor.rounded(1.00390625) == 1)
    #expect(StoredFactor.rounded(1.01171875) == 1.015625)
    #expect(StoredFactor.rounded(1.999) == 2)
    #expect(StoredFactor.rounded(-1.003907) == -1.0078125)
    #expect(StoredFactor.rounded(0) == 0)
    #expect(StoredFactor.rounded(.infinity) == .infinity)
    #expect(StoredFactor.rounded(.greatestFiniteMagnitude) == .infinity)
    #expect(StoredFactor.rounded(.nan).isNaN)
  }

  @Test func farthestAway() {
    // Every exponent of normal floats, with significands all over.
    for pattern in stride(from: UInt32(0x0080_0000), to: 0x7F00_0000, by: 104_729) {
      let value = Float(bitPattern: pattern)
      let rounded = StoredFactor.rounded(value)
      #expect(abs(rounded - value) <= value / 256)
      #expect(rounded.bitPattern & 0xFFFF == 0)
    }
  }

  /// What a matrix in int8 is scaled with is on the grid.
  @Test func scalesAndBalance() {
    let weights: [Float] = [0.3, -1.7, 0.021, 0.9]
    weights.withUnsafeBufferPointer { #expect(ChannelQuantizer.bestScale($0).bitPattern & 0xFFFF == 0) }
    let balance = ChannelBalance(exponent: 0.3, weights: weights.map(abs), activations: [1, 7, 0.2, 0])
    #expect(balance.factors.allSatisfy { $0.bitPattern & 0xFFFF == 0 && $0 > 0 })
  }
}
