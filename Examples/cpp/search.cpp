// The sentence of a file that is closest to a question.
//
//   search FILE.koq QUESTION [MEBIBYTES] < SENTENCES
//
// MEBIBYTES is a ceiling for the memory of the process.
#include "koquant.hpp"

#include <algorithm>
#include <iostream>
#include <numeric>
#include <string>

int main(int count, char **arguments) try {
  if (count != 3 && count != 4) {
    std::cerr << "usage: search FILE.koq QUESTION [MEBIBYTES] < SENTENCES\n";
    return 64;
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(std::cin, line);) lines.push_back(line);
  std::vector<std::string_view> texts(lines.begin(), lines.end());
  texts.push_back(arguments[2]);

  auto options = koquant::Encoder::options();
  if (count == 4) options.max_memory = std::stoull(arguments[3]) << 20;
  koquant::Encoder encoder(arguments[1], KQ_NORMALIZE | KQ_REPLACE_INVALID_UTF8, options);
  auto vectors = encoder.encode(texts);
  auto width = static_cast<std::ptrdiff_t>(encoder.dimension());
  auto question = vectors.end() - width;
  size_t best = 0;
  float highest = -2;
  for (size_t i = 0; i < lines.size(); i++) {
    auto vector = vectors.begin() + static_cast<std::ptrdiff_t>(i) * width;
    float cosine = std::inner_product(vector, vector + width, question, 0.0f);
    if (cosine > highest) highest = cosine, best = i;
  }
  if (!lines.empty()) std::cout << highest << ' ' << lines[best] << '\n';
} catch (const std::exception &error) {
  std::cerr << "search: " << error.what() << '\n';
  return 65;
}
