import Conversion
import KoQuant
import Testing

@Suite struct ChunkMaximaTests {
  /// Three whole chunks and a part of one, whose end is no whole vector.
  private static let inputs = 3 * 64 + 21
  private static let outputs = [18, 5]
  private static let importances: [Float] = [1, 0.25]
  private let weights: [[Float]]
  private let balance: [Float]

  init() {
    var generator = Generator(seed: 21)
    weights = Self.outputs.map { outputs in (0..<outputs * Self.inputs).map { _ in generator.normal() } }
    balance = (0..<Self.inputs).map { Float(1 + $0 % 7) / 3 }
  }

  private func squares(_ range: Range<Int>, threads: Int) throws -> Double {
    let pool = try ThreadPool(threads: threads)
    return weights[0].withUnsafeBufferPointer { first in
      weights[1].withUnsafeBufferPointer { second in
        [Float](repeating: 0, count: 18).withUnsafeBufferPointer { bias in
          let parts = zip([first, second], Self.importances).map { weights, importance in
            FloatLinear.Part(
              weights: weights, bias: UnsafeBufferPointer(rebasing: bias[..<(weights.count / Self.inputs)]),
              importance: importance)
          }
          return ChunkMaxima(FloatLinear(parts: parts, inputs: Self.inputs).channels, balance, pool)
            .squares(range)
        }
      }
    }
  }

  @Test(arguments: [0..<64, 64..<128, 0..<192, 128..<inputs, 192..<inputs, 0..<inputs], [1, 3])
  func sumsTheSquaresOfTheLargest(range: Range<Int>, threads: Int) throws {
    var expected = 0.0
    for (part, importance) in zip(weights, Self.importances) {
      for row in stride(from: 0, to: part.count, by: Self.inputs) {
        let largest = range.map { (part[row + $0] / balance[$0]).magnitude }.max()!
        expected += Double(importance) * Double(largest) * Double(largest)
      }
    }
    let found = try squares(range, threads: threads)
    #expect(abs(found / expected - 1) < 1e-6)
  }

  @Test func nothingHasNoSquares() throws {
    #expect(ChunkMaxima([], balance, try ThreadPool(threads: 2)).squares(0..<64) == 0)
  }
}
