import Kernels
import KoQuant

/// The largest magnitudes of the balanced weights of a matrix, per output channel and chunk of input channels: what a
/// weight scale per group, of any whole number of chunks, depends on.
package struct ChunkMaxima {
  /// Every size of a group is a multiple of it.
  private static let size = 64

  private let chunks: Int
  /// outputs x chunks, each times the square root of the importance of its output.
  private var maxima: [Float]

  /// - Complexity: O(inputs · outputs), on all threads.
  package init(_ channels: [FloatLinear.Channel], _ balance: [Float], _ pool: ThreadPool) {
    let inverses = balance.map { 1 / $0 }
    let chunks = (balance.count + Self.size - 1) / Self.size
    self.chunks = chunks
    maxima = [Float](repeating: 0, count: channels.count * chunks)
    maxima.withUnsafeMutableBufferPointer { maxima in
      pool.run(count: channels.count) { index, _ in
        let channel = channels[index]
        let importance = channel.importance.squareRoot()
        for chunk in 0..<chunks {
          let inputs = chunk * Self.size..<min((chunk + 1) * Self.size, balance.count)
          maxima[index * chunks + chunk] = importance * Self.largest(channel.weights, inverses, inputs)
        }
      }
    }
  }

  /// Σ over outputs of importance · (the largest magnitude in `inputs`)²; `inputs` are whole chunks.
  package func squares(_ inputs: Range<Int>) -> Double {
    let range = inputs.lowerBound / Self.size..<(inputs.upperBound + Self.size - 1) / Self.size
    var sum = 0.0
    for row in stride(from: 0, to: maxima.count, by: max(chunks, 1)) {
      var largest: Float = 0
      for chunk in range { largest = max(largest, maxima[row + chunk]) }
      sum += Double(largest) * Double(largest)
    }
    return sum
  }

  /// The largest magnitude of some balanced weights of a channel.
  private static func largest(
    _ weights: UnsafeBufferPointer<Float>, _ inverses: [Float], _ inputs: Range<Int>
  ) -> Float {
    inverses.withUnsafeBufferPointer { inverses in
      guard let weights = weights.baseAddress, let inverses = inverses.baseAddress else { return 0 }
      var lanes = Vector(repeating: 0)
      let whole = inputs.lowerBound + inputs.count / Tile.lanes * Tile.lanes
      for input in stride(from: inputs.lowerBound, to: whole, by: Tile.lanes) {
        let value = Vector(at: weights + input) * Vector(at: inverses + input)
        lanes = lanes.larger(value).larger(-value)
      }
      var largest = lanes.treeMaximum
      for input in whole..<inputs.upperBound {
        largest = max(largest, weights[input].magnitude * inverses[input])
      }
      return largest
    }
  }
}
