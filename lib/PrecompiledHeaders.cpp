//===- PrecompiledHeaders.cpp - Carrier of the precompiled header ---------===//
