import Kernels

extension TriangularFactor {
  /// Solves `L Lᵀ x = b` in place for 16 right sides at once, [size][16].
  ///
  /// - Complexity: O(size²).
  package func solve(_ values: UnsafeMutablePointer<Float>) {
    let rows = UnsafePointer(self.values.start(of: Float.self))
    for row in 0..<size {
      let known = rows + row * stride
      var value = Vector(at: values + row * Tile.lanes)
      for column in 0..<row {
        value -= Vector(at: values + column * Tile.lanes) * Vector(repeating: known[column])
      }
      (value / Vector(repeating: known[row])).store(at: values + row * Tile.lanes)
    }
    for row in (0..<size).reversed() {
      let known = rows + row * stride
      let value = Vector(at: values + row * Tile.lanes) / Vector(repeating: known[row])
      value.store(at: values + row * Tile.lanes)
      for column in 0..<row {
        let target = values + column * Tile.lanes
        (Vector(at: target) - value * Vector(repeating: known[column])).store(at: target)
      }
    }
  }
}
